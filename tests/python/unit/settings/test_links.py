"""Links to records: which are taken, and for which records."""

import pytest

from orchestration.errors import ConfigurationError
from orchestration.settings.links import record_links


def test_the_placeholder_says_which_records_a_link_is_for() -> None:
    deal = "https://crm.example/deal/{deal_id}"
    answer = "http://intranet:8080/?a=1&answer={response_id}#top"
    assert record_links([deal, answer], "links") == {"deals": deal, "survey_responses": answer}
    assert record_links([], "links") == {}


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("javascript:alert({deal_id})", "web address"),
        ("JAVASCRIPT://crm.example/%0aalert({deal_id})", "web address"),
        ("data:text/html,{deal_id}", "web address"),
        ("//crm.example/{deal_id}", "web address"),
        ("crm.example/{deal_id}", "web address"),
        ("https:///{deal_id}", "web address"),
        ("https://{deal_id}", "behind the host"),
        ("https://{deal_id}.crm.example/", "behind the host"),
        ("https://crm.example{deal_id}/x", "behind the host"),
        ("https://crm.example/a b/{deal_id}", "web address"),
        ('https://crm.example/"><script>/{deal_id}', "web address"),
        ("https://crm.example/\\\\{deal_id}", "web address"),
        ("https://crm.example/deals", "name one id"),
        ("https://crm.example/{deal_id}/{deal_id}", "name one id"),
        ("https://crm.example/{account_id}/{deal_id}", "name one id"),
        ("https://crm.example/{dael_id}", "did you mean {deal_id}?"),
        ("https://crm.example/{rep_id}", "id of a record"),
        ("https://crm.example/{}", "id of a record"),
    ],
)
def test_what_is_no_link_to_a_record_is_refused(link: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=r"sources\.crm\.links") as refused:
        record_links([link], "sources.crm.links")
    assert why in str(refused.value)


def test_two_links_for_the_same_records_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="the only one"):
        record_links(["https://a.example/{deal_id}", "https://b.example/{deal_id}"], "links")
