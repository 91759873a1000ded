"""Somebody without a mouse."""

from playwright.sync_api import FilePayload, Locator, expect

from tests.journeys.visitor import Visitor

MOST_TABS = 120


class Keys:
    """Somebody without a mouse: everything is reached with Tab."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def to(self, place: Locator) -> None:
        """Tab until the focus is there."""
        place.wait_for()
        for _ in range(MOST_TABS):
            if place.evaluate("node => node === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{place} is not reached with {MOST_TABS} tabs")

    def enter(self, place: Locator) -> None:
        self.to(place)
        self.page.keyboard.press("Enter")

    def follow(self, message: str, **figures: object) -> None:
        """A link of the page, by its words, and a look at where it leads."""
        before = self.page.url
        self.enter(self.visitor.link(message, **figures).first)
        self.page.wait_for_url(lambda url: url != before)
        self.visitor.look()

    def write(self, field: str, text: str) -> None:
        self.to(self.page.locator(field))
        self.page.keyboard.type(text)

    def menu(self, message: str) -> None:
        item = self.page.get_by_role("navigation", name=self.visitor.words("Menu utama")).get_by_role("link", name=self.visitor.words(message))
        with self.page.expect_navigation():
            self.enter(item)
        self.visitor.look()

    def attach(self, field: str, file: FilePayload) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.enter(self.page.locator(field))
        chooser.value.set_files(file)

    def tick(self, field: str) -> None:
        self.to(self.page.locator(field))
        self.page.keyboard.press("Space")
        expect(self.page.locator(field)).to_be_checked()

    def choose(self, field: str, value: str) -> None:
        """One of some radio buttons, by its arrows."""
        wanted = self.page.locator(f'input[name="{field}"][value="{value}"]')
        self.to(self.page.locator(f'input[name="{field}"]').first)
        for _ in range(10):
            if wanted.evaluate("node => node === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Space")
        expect(wanted).to_be_checked()

    def pick(self, field: str, value: str) -> None:
        """One of a list, by its arrows."""
        place = self.page.locator(field)
        self.to(place)
        for _ in range(10):
            if place.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{field} has no {value}")

    def write_the_code(self, number: str, ask: Locator) -> None:
        """Asks for the code of the page, reads it on the phone, and types it as a person does: 123 456."""
        before = len(self.visitor.texts(number))
        self.enter(ask)
        self.page.locator("#id_tac").wait_for()
        self.visitor.look()
        digits = self.visitor.code_after(number, before)
        self.write("#id_tac", f"{digits[:3]} {digits[3:]}")
