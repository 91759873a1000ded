"""Components: what they show, that they escape it, and that a screen reader is told the same."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import TemplateSyntaxError

from kwsp_portal.templatetags import components

Rendered = Callable[..., str]
NASTY = '<img src=x onerror=alert(1)>"&'


class Sample(forms.Form):
    name = forms.CharField(label="Nama", help_text="Seperti dalam kad pengenalan")
    secret = forms.CharField(label="Kata laluan", widget=forms.PasswordInput)
    month = forms.ChoiceField(label="Bulan", choices=[("10", "Oktober"), ("11", "November")], widget=forms.RadioSelect)
    bank = forms.ChoiceField(label="Bank", choices=[("", "Pilih"), ("A", "Bank A")])
    file = forms.FileField(label="Fail")
    sure = forms.BooleanField(label="Saya mengaku")

    def clean(self) -> dict[str, object]:
        """An error of the whole form, to stand first in the summary."""
        if self.data.get("refused"):
            raise forms.ValidationError(f"Ditolak {NASTY}")
        return self.cleaned_data


def _attribute(markup: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', markup)
    return found.group(1) if found else ""


def test_a_summary_is_absent_until_something_is_wrong(rendered: Rendered) -> None:
    assert rendered("{% error_summary form %}", form=Sample()) == ""


def test_a_summary_links_every_error_to_its_field_in_order(rendered: Rendered) -> None:
    shown = rendered("{% error_summary form %}", form=Sample({"refused": "1"}))

    links = re.findall(r'href="#([^"]+)"', shown)
    assert links == ["id_name", "id_secret", "id_month_0", "id_bank", "id_file", "id_sure"]
    assert shown.index("Ditolak") < shown.index("#id_name")
    assert "&lt;img" in shown
    assert "<img" not in shown
    assert 'tabindex="-1"' in shown
    assert 'role="alert"' in shown


def test_a_summary_takes_words_and_lists_too(rendered: Rendered) -> None:
    shown = rendered('{% error_summary "Pilih fail" found %}', found=[components.SummaryError("Nama", "id_name")])

    assert shown.count("<li>") == 2


def test_summary_and_field_say_the_same_words(rendered: Rendered) -> None:
    form = Sample({})

    words = str(form["name"].errors[0])

    assert words in rendered("{% error_summary form %}", form=form)
    assert words in rendered("{% field form.name %}", form=form)


def test_a_field_is_described_by_its_hint_and_its_error(rendered: Rendered) -> None:
    shown = rendered("{% field form.name %}", form=Sample({}))

    assert _attribute(shown, "aria-describedby") == "id_name-hint id_name-error"
    assert 'id="id_name-hint"' in shown
    assert 'id="id_name-error"' in shown
    assert _attribute(shown, "aria-invalid") == "true"
    assert '<label class="field__label" for="id_name">Nama</label>' in shown


def test_a_field_without_error_claims_none(rendered: Rendered) -> None:
    shown = rendered("{% field form.name %}", form=Sample())

    assert "aria-invalid" not in shown
    assert _attribute(shown, "aria-describedby") == "id_name-hint"


@pytest.mark.parametrize("name", list(Sample.base_fields))
def test_no_field_leaves_a_message_to_the_browser(rendered: Rendered, name: str) -> None:
    shown = rendered("{% field bound %}", bound=Sample({})[name])

    assert not re.search(r"\srequired[\s>=]", shown)


def test_what_was_typed_is_kept_and_escaped_but_never_a_password(rendered: Rendered) -> None:
    form = Sample({"name": NASTY, "secret": "rahsia-saya"})

    assert "<img" not in rendered("{% field form.name %}", form=form)
    assert "&lt;img src=x onerror=alert(1)&gt;" in rendered("{% field form.name %}", form=form)
    assert "rahsia-saya" not in rendered("{% field form.secret %}", form=form)


def test_attributes_reach_the_control(rendered: Rendered) -> None:
    shown = rendered('{% field form.name width="ic" autocomplete="username" data_x="1" %}', form=Sample())

    assert 'autocomplete="username"' in shown
    assert 'data-x="1"' in shown
    assert 'class="input input--ic"' in shown


def test_radios_are_a_group_with_a_legend_and_keep_the_choice(rendered: Rendered) -> None:
    shown = rendered("{% field form.month %}", form=Sample({"month": "11"}))

    assert '<legend class="field__label">Bulan</legend>' in shown
    assert re.search(r'value="11"[^>]*checked', shown)
    assert shown.count('type="radio"') == 2
    assert 'for="id_month_1"' in shown


def test_a_file_and_a_box_are_labelled(rendered: Rendered) -> None:
    assert '<label class="choice__label" for="id_sure">' in rendered("{% field form.sure %}", form=Sample())
    assert 'class="upload__input"' in rendered("{% field form.file %}", form=Sample())


@pytest.mark.parametrize(
    "text",
    [
        "{% status_tag x %}",
        '{% panel title=x kind="failed" reference=x code=x %}{{ x }}{% endpanel %}',
        "{% confirmation title=x reference=x reference_label=x %}{{ x }}{% endconfirmation %}",
        '{% notice title=x kind="bad" %}{{ x }}{% endnotice %}',
        "{% details summary=x %}{{ x }}{% enddetails %}",
        "{% why about=x %}{{ x }}{% endwhy %}",
        "{% summary_row x x change_url=x change_about=x %}",
        "{% empty_state title=x %}{{ x }}{% endempty_state %}",
        "{% key_figure label=x value=x href=x %}{{ x }}{% endkey_figure %}",
        "{% account_card name=x amount=1 share=x href=x %}{{ x }}{% endaccount_card %}",
        "{% button x name=x value=x %}",
        "{% button_link x x %}",
        "{% back_link x x %}",
        "{% progress label=x done=1 total=2 url=x %}",
        "{% inset %}{{ x }}{% endinset %}",
        "{% summary_list label=x %}{{ x }}{% endsummary_list %}",
    ],
)
def test_every_component_escapes_what_it_is_given(rendered: Rendered, text: str) -> None:
    shown = rendered(text, x=NASTY)

    assert "<img" not in shown
    assert "&lt;img" in shown
    assert "undefined" not in shown


@pytest.mark.parametrize(
    "text", ['{% panel title="x" kind="purple" %}{% endpanel %}', '{% status_tag "x" kind="red" %}', '{% button "x" kind="big" %}']
)
def test_an_unknown_kind_is_an_error_of_the_page(rendered: Rendered, text: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        rendered(text)


def test_the_reference_and_the_error_code_are_shown_when_there_are_any(rendered: Rendered) -> None:
    shown = rendered('{% panel title="Gagal" kind="failed" code="FPX-51" %}<p>Baki</p>{% endpanel %}')

    assert "FPX-51" in shown
    assert "<p>Baki</p>" in shown
    assert "Nombor rujukan" not in shown


def test_an_unanswered_row_says_so_and_its_link_says_what_it_changes(rendered: Rendered) -> None:
    shown = rendered('{% summary_row "Ulasan" "" change_url="/x/" change_about="ulasan" %}')

    assert "Tidak diberikan" in shown
    assert re.sub(r"<[^>]+>", "", shown).split("Ubah")[1].strip() == "ulasan"


def test_a_figure_reads_as_one_amount(rendered: Rendered) -> None:
    plain = re.sub(r"<[^>]+>", "", rendered("{% figure x %}", x=Decimal("-174299.30"))).replace("&nbsp;", " ")

    assert plain == "−RM 174,299.30"


def test_slices_of_a_bar_fill_it_exactly_and_leave_out_nothing_that_counts() -> None:
    drawn = components.slices(
        [("A", Decimal("1"), "PERSARAAN"), ("B", Decimal("1"), "SEJAHTERA"), ("C", Decimal("0"), "EMAS"), ("D", Decimal("1"), "?")]
    )

    assert [slice_.label for slice_ in drawn] == ["A", "B", "D"]
    assert sum(slice_.width for slice_ in drawn) == components.BAR_UNITS
    assert drawn[-1].offset + drawn[-1].width == components.BAR_UNITS
    assert components.slices([]) == []


def test_a_bar_has_words_for_those_who_do_not_see_it(rendered: Rendered) -> None:
    shown = rendered(
        '{% share_bar parts "Pembahagian" %}', parts=[("Persaraan", Decimal("75"), "PERSARAAN"), ("Fleksibel", Decimal("25"), "FLEKSIBEL")]
    )

    assert _attribute(shown, "aria-label") == "Pembahagian: Persaraan RM\N{NO-BREAK SPACE}75.00; Fleksibel RM\N{NO-BREAK SPACE}25.00"


def test_a_stepper_says_which_step_of_how_many(rendered: Rendered) -> None:
    shown = rendered("{% stepper steps 2 %}", steps=["A", "B", "C"])

    assert "Langkah 2 daripada 3" in shown
    assert shown.count('aria-current="step"') == 1
    assert shown.count("selesai") == 1


def test_progress_says_how_many_and_refreshes_without_script(rendered: Rendered) -> None:
    shown = rendered('{% progress label="Membaca" done=64000 total=100000 %}')

    assert 'value="64000" max="100000"' in shown
    assert "64,000 daripada 100,000 siap" in shown
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in shown
    assert 'role="status"' in shown


def test_progress_of_unknown_length_has_no_value_and_a_finished_one_does_not_refresh(rendered: Rendered) -> None:
    assert "value=" not in rendered('{% progress label="Membaca" done=0 total=0 %}')
    assert "refresh" not in rendered('{% progress label="Membaca" done=2 total=2 finished=True %}')


def test_pages_keep_the_rest_of_the_query(rendered: Rendered) -> None:
    shown = rendered("{% pagination page %}", path="/x/?status=bad&page=3", page=Paginator(range(240), 20).page(3))

    assert "Menunjukkan 41 hingga 60 daripada 240" in shown
    assert 'href="?status=bad&amp;page=4"' in shown
    assert shown.count('aria-current="page"') == 1
    assert shown.count("pager__gap") == 1


def test_one_page_needs_no_links_and_none_needs_nothing(rendered: Rendered) -> None:
    assert "<li>" not in rendered("{% pagination page %}", path="/x/", page=Paginator(range(3), 20).page(1))
    assert rendered("{% pagination page %}", path="/x/", page=Paginator([], 20).page(1)).strip() == ""


def test_the_explanation_opens_without_script(rendered: Rendered) -> None:
    shown = rendered('{% why about="Syer majikan" %}<p>12%</p>{% endwhy %}')

    assert shown.lstrip().startswith("<details")
    assert "Mengapa angka ini?" in shown
    assert "Syer majikan" in shown
