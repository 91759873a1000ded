"""A refusal is compared and shown by what it says."""

from kwsp_portal.common.refusal import Refusal


def test_refusals_with_the_same_content_are_equal() -> None:
    one, same = (Refusal("TOO_OLD", "s. 1", {"age": "75"}) for _ in range(2))

    assert one == same
    assert len({one, same}) == 1
    assert one != Refusal("TOO_OLD", "s. 1", {"age": "76"})
    assert str(one) == "TOO_OLD (s. 1): age 75"
