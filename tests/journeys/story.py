"""The whole story of an agreement in real browsers, chapter by chapter: each leads on from where the last one ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.journeys.checks import check_on_phone
from tests.journeys.conftest import Site
from tests.journeys.hands import Thumb
from tests.journeys.pages import FJORDVIK
from tests.journeys.private import find_sent, press

Visit = Callable[..., Page]
_numbers = count(1)
KARI, AASE, PER = "Kari Bjørnstad", "Åse Bjørnstad", "Per Bjørnstad"
SELF, MUNICIPALITY, UNKNOWN, CANNOT = "Jeg, fast", "Kommunen", "Vet ikke", "Nei"
SEEN: Mapping[str, tuple[list[str], list[str], list[str]]] = {
    "Handle mat": (["Per"], ["Per"], [SELF]),
    "Lage middag": (["Åse"], [SELF], ["Åse"]),
    "Vaske gulv og bad": ([MUNICIPALITY], [MUNICIPALITY], [MUNICIPALITY]),
    "Måke snø": ([MUNICIPALITY, CANNOT], [MUNICIPALITY], [MUNICIPALITY, CANNOT]),
    "Gi eller minne om medisin": ([MUNICIPALITY], [MUNICIPALITY], [MUNICIPALITY]),
    "Hente medisin på apoteket": (["Per"], ["Per"], [SELF]),
    "Følge til lege": (["Per", CANNOT], ["Kari"], ["Kari", CANNOT]),
    "Dusje og vaske seg": ([MUNICIPALITY], [SELF], [MUNICIPALITY]),
    "Betale regninger": ([SELF], ["Kari"], ["Kari"]),
    "Ringe og besøke fast": (["Per"], ["Per"], [SELF]),
    "Svare på trygghetsalarm": ([MUNICIPALITY], [MUNICIPALITY], [MUNICIPALITY]),
    "Trå til når pårørende er borte": ([UNKNOWN], [UNKNOWN], [UNKNOWN]),
}
"""What Kari, Åse and Per answer about each of the twelve tasks."""

PROPOSED: Mapping[str, str] = {
    "reserve": "Søke kommunen",
    "folge-til-lege": "Spørre etter en frivillig",
    "dusj-og-vask": "Søke kommunen",
    "snomaking": "Betale noen for å gjøre det",
}
"""What Kari proposes with one press each."""


def new_telephone() -> str:
    """Answer a mobile number that nobody else has in these tests."""
    return f"481{next(_numbers):05d}"


@dataclass
class Person:
    """Somebody at their own screen."""

    site: Site
    page: Page
    name: str
    telephone: str = ""
    email: str = ""
    is_looked_at: bool = True
    """Every page of theirs is checked; not of who goes the same way as somebody else."""
    reader: Page | None = None
    """Where one has no scripts: another window, with scripts, in which the same pages are checked."""
    codes: list[str] = field(default_factory=list)
    """The codes that came before: the next one is another."""

    def __post_init__(self) -> None:
        self.thumb = Thumb(self.page)

    def open(self, path: str) -> None:
        """Open an address at Fjordvik, as somebody who writes it or has it in a message."""
        self.page.goto(self.site.url(FJORDVIK + path))

    def next_code(self) -> str:
        """Wait for the next code: by e-mail where one has it, since the link came by SMS."""
        folder, to = ("mail", self.email) if self.email else ("sms", f"+47{self.telephone}")
        self.codes.append(find_sent(self.site.data / folder, to, r"\b\d{6}\b", self.codes))
        return self.codes[-1]

    def confirm(self) -> None:
        """Write the code that comes, and go on."""
        self.thumb.write(code=self.next_code())
        self.thumb.go("Bekreft koden")

    def has_heading(self, words: str) -> None:
        """Check that the page is the one that is meant, and that it is for everybody."""
        expect(self.page.locator("h1")).to_have_text(words)
        self.look()

    def look(self) -> None:
        """Check the page as it stands: language, one heading, one way on, accessibility in light and dark."""
        if not self.is_looked_at:
            return
        if self.reader:
            self.reader.context.clear_cookies()
            self.reader.context.add_cookies(self.page.context.cookies())  # type: ignore[arg-type]
            self.reader.goto(self.page.url)
        look(self.reader or self.page)

    def answer_page(self, column: int) -> None:
        """Answer each task of a page as this person sees it."""
        for task in self.page.locator("fieldset.task").all():
            title = task.locator("h2").inner_text().removeprefix("! ").strip()
            for words in SEEN[title][column]:
                self.thumb.tap(task.locator("label").get_by_text(words, exact=True))
        self.thumb.go("Neste")


def look(page: Page) -> None:
    """Check a page in bokmål."""
    check_on_phone(page, "nb")


@dataclass
class Story:
    """Åse on a phone without scripts, Kari and Per on phones, Ida of the municipality on a tablet."""

    aase: Person
    kari: Person
    per: Person
    ida: Person
    base: str = ""

    def at(self, word: str) -> str:
        """Answer the address of a page of the agreement."""
        return f"{self.base}/{word}"


def begin(story: Story) -> None:
    """Kari starts, writes who is in it, chooses what it is about, and is told what to say on the telephone."""
    kari, aase, per = story.kari, story.aase, story.per
    page, thumb = kari.page, kari.thumb
    kari.open("/nb/avtale/")
    thumb.follow("Start")
    kari.has_heading("Begynn å bli enige")
    thumb.write(name=KARI, telephone=kari.telephone)
    thumb.go("Send meg en kode")
    kari.has_heading("Skriv inn koden")
    kari.confirm()
    kari.has_heading("De som er med")
    story.base = urlsplit(page.url).path.removesuffix("/deltakere")
    thumb.write(name=AASE, telephone=aase.telephone)
    thumb.go("Legg til")
    thumb.tap(page.get_by_text("Legg til en til"))
    thumb.write(name=PER, relation="sønn", telephone=per.telephone, email=per.email)
    thumb.go("Legg til")
    kari.look()
    thumb.follow("Neste")
    kari.look()
    thumb.go("Neste")
    kari.has_heading(f"Ring {AASE} først")
    code = page.locator(".reference strong").inner_text()
    thumb.go("Send meldingen, og gå videre")
    aase.open("/nb/avtale/kode")
    aase.has_heading("Kom inn med en kode")
    aase.thumb.write(code=code)
    aase.thumb.go("Gå videre")
    aase.confirm()
    aase.has_heading(f"Hvem gjør hva for {AASE}")
    aase.thumb.go("Ja, jeg blir med")
    aase.has_heading("Hva er viktig for deg?")
    per.open(urlsplit(find_sent(per.site.data / "sms", f"+47{per.telephone}", r"http://\S+", ())).path)
    per.thumb.go("Send meg en kode")
    per.confirm()
    per.thumb.go("Ja, jeg blir med")


def answer(person: Person, column: int) -> None:
    """Answer everything alone, from what matters to the check of all answers."""
    page, thumb = person.page, person.thumb
    while not page.url.endswith("/svar/kontroll"):
        person.look()
        if "/svar/" in page.url:
            person.answer_page(column)
        elif page.url.endswith("/oppgaver"):
            thumb.follow("Neste")
        elif page.url.endswith("/belastning"):  # the second question may be left open
            thumb.tap(page.get_by_text("Det går greit", exact=True))
            thumb.go("Neste")
        else:
            thumb.answer_all()
            thumb.go("Neste")
    thumb.go("Jeg er ferdig med svarene")
    expect(page.locator("h1")).to_have_text("Takk, svarene dine er sendt")


def answers(story: Story) -> None:
    """Each answers alone; the last one sees that all have."""
    for person, column in ((story.kari, 0), (story.aase, 1), (story.per, 2)):
        answer(person, column)
    expect(story.per.page.locator("main")).to_contain_text("Alle har svart")


def municipality(story: Story) -> None:
    """Ida takes the agreement, has checked whose telephone it is, and says what the municipality does."""
    ida, page = story.ida, story.ida.page
    reference = story.base.rsplit("/", 1)[1]
    ida.open("/saker/avtaler")
    ida.look()
    ida.thumb.press(page.locator(f"a[href='/saker/avtaler/{reference}']"))
    ida.look()
    ida.thumb.go("Ta avtalen")
    ida.thumb.press(page.get_by_role("button", name=f"Jeg har kontrollert kontakten ({AASE})"))
    ida.thumb.follow("Si hva kommunen gjør")
    ida.look()
    ida.thumb.go("Lagre kommunens svar")
    ida.look()


def settle(story: Story) -> None:
    """They see how each sees it; Kari proposes what is open, Per something else, and each says their own yes."""
    kari, aase, per = story.kari, story.aase, story.per
    kari.open(story.at("sammenligning"))
    kari.has_heading("Slik ser dere det")
    expect(kari.page.locator(".counts li").nth(1)).to_contain_text("3 enige, men dere må søke")
    kari.thumb.follow("Neste: bli enige")
    kari.has_heading("Bli enige om hvem som gjør hva")
    for task, words in PROPOSED.items():
        kari.thumb.press(line(kari, task).get_by_role("button", name=words))
    say_yes(kari)
    per.open(story.at("enighet"))
    with per.page.expect_navigation():  # what the typical case does not have is not counted
        line(per, "folge-til-lege").get_by_role("link", name="Foreslå noe annet").click()
    who = per.page.get_by_role("group", name="Hvem tar dette?")
    who.get_by_label("En frivillig").uncheck()
    who.get_by_label("Per").check()
    press(per.page, "Foreslå dette")
    expect(line(per, "folge-til-lege")).to_contain_text("Per gjør det")
    say_yes(per)
    aase.open(story.at("enighet"))
    aase.has_heading("Bli enige om hvem som gjør hva")
    say_yes(aase)


def press_link(page: Page, words: str) -> None:
    """Follow the link with these words."""
    with page.expect_navigation():
        page.get_by_role("link", name=words, exact=True).first.click()


def line(person: Person, task: str) -> Locator:
    """Answer one task on the page of settling."""
    return person.page.locator(f"#linje-{task}")


def say_yes(person: Person) -> None:
    """Say one's own yes to each line that one has a part in, and then to the rest."""
    while (mine := person.page.get_by_role("button", name="Ja, det tar jeg")).count():
        person.thumb.press(mine.first)
    rest = person.page.get_by_role("button", name="Godta resten")
    if rest.count():
        person.thumb.press(rest)
    person.look()


def sections(story: Story) -> None:
    """Kari writes what happens if something happens and who is in contact; Åse alone says who may know what."""
    kari, aase = story.kari, story.aase
    kari.thumb.follow("Hvis noe skjer")
    kari.has_heading("Hvis noe skjer")
    kari.thumb.write(first_call="Per, 481 00 000", steps_in="Kari", key="I nøkkelboksen")
    kari.thumb.go("Lagre")
    kari.open(story.at("kontakt"))
    kari.has_heading("Hvem har kontakt med hvem")
    kari.thumb.write(who_0="Kari", whom_0="hjemmesykepleien", how_0="telefon", how_often_0="hver mandag")
    kari.thumb.go("Lagre")
    expect(kari.page.locator("main")).to_contain_text("Det er lagret.")
    aase.thumb.follow("Hvem får vite hva")
    aase.has_heading("Hvem får vite hva")
    for name, words in (("Kari", "alt i avtalen"), ("Per", "bare det praktiske")):
        group = aase.page.get_by_role("group", name=f"Hva får {name} vite?")
        aase.thumb.tap(group.locator("label").get_by_text(words, exact=True))
    aase.thumb.choose("et år")
    aase.thumb.go("Lagre")
    aase.has_heading("Hvem får vite hva")
    expect(aase.page.locator("main")).to_contain_text("Det er lagret.")


def sign(story: Story) -> None:
    """Åse reads the text and locks it; each signs that very text with a code, and Ida for the municipality."""
    aase, ida = story.aase, story.ida
    aase.open(story.at("enighet"))
    aase.thumb.follow("Neste: lese teksten og låse den")
    aase.has_heading("Les før dere skriver under")
    aase.thumb.go("Lås teksten for signering")
    for person in (aase, story.kari, story.per):
        sign_with_code(person, story)
    ida.open(story.at("signer"))
    ida.has_heading("Les og skriv under")
    ida.thumb.go("Skriv under")
    expect(ida.page.locator("main")).to_contain_text("Alle har skrevet under.")


def sign_with_code(person: Person, story: Story) -> None:
    """Read the text, have a code sent, and sign."""
    person.open(story.at("signer"))
    person.has_heading("Les og skriv under")
    person.thumb.go("Send meg en kode")
    person.thumb.write(code=person.next_code())
    person.thumb.go("Skriv under")
    expect(person.page.locator("main")).to_contain_text("Du har skrevet under.")


def verdict_on_paper(person: Person, story: Story, link: str) -> str:
    """Fetch a sealed paper, hand it in where anybody may, and answer what is said of it."""
    page = person.page
    person.open(story.at("signer"))
    person.look()
    with page.expect_download() as got:
        page.get_by_role("link", name=link).click()
    person.open("/nb/avtale/verifiser")
    person.has_heading("Er avtalen ekte?")
    page.locator("#file").set_input_files(got.value.path())
    press(page, "Kontroller avtalen")
    person.look()
    return page.locator("main").inner_text()


def change_line(story: Story) -> None:
    """Something has changed for Per: Kari buys the food from now on, and those whom it is about sign that alone."""
    per = story.per
    per.open(story.at(""))
    per.has_heading(f"Hvem gjør hva for {AASE}")
    press_link(per.page, "Noe er endret")
    per.has_heading("Noe er endret")
    press_link(per.page, "Handle mat")
    per.has_heading("Handle mat")
    who = per.page.get_by_role("group", name="Hvem tar dette?")
    who.get_by_label(PER).uncheck()
    who.get_by_label(KARI).check()
    press(per.page, "Lås teksten for signering")
    for person in (per, story.kari, story.aase):
        sign_with_code(person, story)
    expect(story.aase.page.locator("main")).to_contain_text("Endringen, utgave 2 (PDF)")
