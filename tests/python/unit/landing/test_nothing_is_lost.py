"""What lies in the exports and is not read is told, wherever it lies and whatever it is called."""

import io
import os
import zipfile
from typing import Any

import pytest

from orchestration.landing.reasons import reason_in

ACCOUNTS = "account_id,name\n1,Acme\n"
IS_ENCRYPTED = 0x1


def zipped(protected: set[str], *names: str) -> bytes:
    """Return a zip of which some members say that they need a password."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in names:
            archive.writestr(name, ACCOUNTS)
    content = bytearray(written.getvalue())
    with zipfile.ZipFile(written) as archive:
        at = archive.start_dir
        for info in archive.infolist():
            if info.filename in protected:
                content[at + 8] |= IS_ENCRYPTED
                content[info.header_offset + 6] |= IS_ENCRYPTED
            at += 46 + len(info.filename)
    return bytes(content)


def outcomes(desk: Any) -> dict[str, str]:
    return {file.file: file.outcome for file in desk.land().files}


@pytest.mark.parametrize("name", ["export.zip", "crm/export.zip"])
def test_a_zip_with_a_password_is_refused_whatever_its_members_are_called(
    desk: Any, name: str
) -> None:
    desk.put("crm/products.csv", "product_id,name\n")
    file = desk.land_file(name, zipped({"a.csv", "accounts.csv"}, "a.csv", "accounts.csv"))
    assert file.outcome == "refused"
    assert file.reason == "the archive is protected by a password: unpack it"
    assert "mot de passe" in reason_in(file.reason, "fr")


def test_of_a_zip_only_the_members_with_a_password_are_refused(desk: Any) -> None:
    names = ("accounts.csv", "b.csv", "b.pdf")
    desk.put("crm/export.zip", zipped({"b.csv", "b.pdf"}, *names))
    assert outcomes(desk) == {
        "crm/export.zip!accounts.csv": "landed",
        "crm/export.zip!b.csv": "refused",
        "crm/export.zip!b.pdf": "ignored",
    }


def test_a_sub_folder_with_tables_is_refused_once_with_their_number(desk: Any) -> None:
    desk.put("crm/accounts.csv", ACCOUNTS)
    desk.put("crm/connections.csv", "First Name,Last Name,URL,Connected On\nA,B,u,01 Mar 2026\n")
    desk.put("crm/2026/march/a.csv", "x,y\n")
    desk.put("crm/2026/b.xlsx", "x")
    desk.put("crm/2026/~$b.xlsx", "x")
    desk.put("crm/2026-03-01/deeper/a.csv", ACCOUNTS)
    desk.put("crm/letters/offer.pdf", "x")
    report = desk.land()
    assert len(report.sources) == 2
    told = {file.file: (file.outcome, file.reason) for file in report.files}
    assert told["crm/2026"] == (
        "refused",
        "its name is not a date (YYYY-MM-DD or YYYY-MM-DDTHHMM); "
        "files in this sub-folder that are not read: 2, move them up",
    )
    assert told["crm/2026-03-01/deeper"][0] == "refused"
    assert told["crm/letters"][0] == "ignored"
    assert len([file for file in report.files if file.file == "crm/2026"]) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "zero bytes"), ("<!DOCTYPE html><html>Sign in</html>", "a web page")],
)
@pytest.mark.parametrize("name", ["contacts.csv", "crm/contacts.csv"])
def test_a_file_of_any_name_that_can_be_no_table_is_refused(
    desk: Any, name: str, content: str, words: str
) -> None:
    desk.put("crm/accounts.csv", ACCOUNTS)
    file = desk.land_file(name, content)
    assert (file.outcome, words in file.reason) == ("refused", True)


def test_two_tools_in_a_folder_may_both_have_names_that_are_no_utf_8(desk: Any) -> None:
    desk.put("crm/plain.csv", ACCOUNTS)
    folder = os.fsencode(desk.exports / "crm")
    for name, content in (
        (b"accounts_\xe9.csv", ACCOUNTS),
        (b"relations_\xe9.csv", "First Name,Last Name,URL,Connected On\nA,B,u,01 Mar 2026\n"),
    ):
        with open(os.path.join(folder, name), "wb") as stream:  # noqa: PTH118, PTH123
            stream.write(content.encode())
    report = desk.land()
    assert [source.source for source in report.sources] == ["crm", "crm.linkedin"]
    found = [file.outcome for file in report.files if "\\" in file.file]
    assert found == ["landed", "landed"]
