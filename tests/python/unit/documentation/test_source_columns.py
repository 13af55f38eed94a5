"""The sources of dbt have the columns of the entities."""

from orchestration.documentation.sources import with_columns

HEAD = "      - name: {name}\n        description: Landed rows.\n"


def test_a_table_gets_the_columns_of_its_entity_once() -> None:
    before = HEAD.format(name="deal_contacts") + HEAD.format(name="no_entity")
    written = with_columns(before)
    assert written.count("          - name: deal_id\n            description: ") == 1
    assert written.endswith(HEAD.format(name="no_entity"))
    assert with_columns(written) == written


def test_words_of_a_closed_list_are_named() -> None:
    written = with_columns(HEAD.format(name="activities"))
    assert "(call, email, linkedin, meeting, mail, sms, other)" in " ".join(written.split())
