"""What a reader finds: everyday words in every form, however they are written."""

from __future__ import annotations

import pytest

from webapp.search.domain.vocabulary import Vocabulary
from webapp.search.index import Document, Index

PAGES = (
    Document(
        "entry", "trygghetsalarm", "nb", "Trygghetsalarm", ("alarmknapp",), "Et menneske svarer.", "Du bærer den."
    ),
    Document("entry", "hjemmehjelp", "nb", "Hjemmehjelp", ("hushjelp", "rengjøring"), "Vi vasker gulv.", "Søk om det."),
    Document("entry", "fall", "nb", "Fall: hva gjør jeg nå", ("ramlet",), "Ligg rolig.", "Rop om hjelp."),
    Document("entry", "samtykke", "nb", "Samtykke", ("vil ikke ha hjelp",), "Du bestemmer.", "Det er lov å si nei."),
    Document("entry", "medisiner", "nb", "Medisiner", ("tabletter", "dosett"), "Ha en liste.", "Spør på apoteket."),
    Document("entry", "sovn", "nb", "Søvn", ("sover dårlig",), "Faste vaner.", "Gå og legg deg."),
    Document("entry", "sykehjem", "nb", "Sykehjem", ("langtidsplass",), "Et sted å bo.", "Det er venteliste."),
    Document("service", "sykehjem", "nb", "Sykehjem", ("langtidsplass",), "Et sted å bo.", "Det er venteliste."),
    Document("service", "fysioterapi", "nb", "Fysioterapi", ("opptrening",), "Bli sterkere.", "Tren etter et fall."),
    Document("task", "snomaking", "nb", "Måke snø", ("snørydding",), "Hvem gjør det?", "Spør en nabo."),
    Document("task", "stell-av-dyr", "nb", "Stelle dyr", ("lufte hunden",), "Hund og katt.", "Be en nabo."),
    Document("aid", "brodder", "nb", "Brodder", ("isbrodder",), "Når det er glatt.", "Ta på skoene, og gå på snø."),
)
VOCABULARY = Vocabulary.of(
    {
        "synonyms": [
            ["falle", "ramle", "gå på trynet"],
            ["hund", "bikkje"],
            ["måke", "moke", "skuffe snø"],
            ["nekter", "vil ikke ha hjelp"],
        ],
        "parts": ["alarm", "hjelp", "hjem", "hus", "knapp", "middag", "rydding", "snø", "syk", "trygghet", "vei"],
        "stop": ["å", "hva", "hvem", "for", "gamle", "jeg", "vil", "ikke", "ha", "i", "mamma", "hele", "tiden", "gjør"],
    }
)


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(PAGES, VOCABULARY)


def found(index: Index, query: str, *, kinds: tuple[str, ...] = (), typing: bool = False) -> list[str]:
    return [hit.document.slug for hit in index.search(query, kinds=kinds, typing=typing)]


def first(index: Index, query: str, *, typing: bool = False) -> str:
    return next(iter(found(index, query, typing=typing)), "nothing")


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("trygghetsalarmene", "trygghetsalarm"),
        ("tabletten", "medisiner"),
        ("måker", "snomaking"),
        ("måking", "snomaking"),
        ("faller", "fall"),
        ("sykehjemmet", "sykehjem"),
        ("MEDISINENE", "medisiner"),
    ],
)
def test_a_word_is_found_in_every_form(index: Index, query: str, slug: str) -> None:
    assert first(index, query) == slug


def test_a_form_that_some_page_has_finds_the_pages_that_have_another() -> None:
    title = Document("entry", "title", "nb", "Sykehjem", (), "", "")
    text = Document("entry", "text", "nb", "Ektefelle", (), "", "Du kan bo på sykehjemmet sammen.")
    fillers = [Document("entry", f"filler-{at}", "nb", f"Noe annet {at}", (), "", "") for at in range(20)]
    assert first(Index([title, text, *fillers], Vocabulary.of({})), "sykehjemmet") == "title"


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("alarm", "trygghetsalarm"),  # part of a compound on the page
        ("snøvei", "snomaking"),  # a compound of which the page has a part
        ("hjelp i huset", "hjemmehjelp"),  # the words of the compound, apart and in another order
        ("trygghets alarm", "trygghetsalarm"),
        ("medi siner", "medisiner"),  # one word written as two, with parts that nobody has listed
        ("dosetthjelp", "medisiner"),  # a compound with a part that is only known from a name
    ],
)
def test_a_compound_is_found_by_its_parts_and_whole(index: Index, query: str, slug: str) -> None:
    assert first(index, query) == slug


def test_a_compound_inside_a_text_is_found_by_its_part() -> None:
    page = Document("entry", "page", "nb", "Velferdsteknologi", (), "", "Du kan få en trygghetsalarm.")
    assert found(Index([page], VOCABULARY), "alarm") == ["page"]


def test_a_compound_of_misspelt_parts_is_not_taken_for_another_compound() -> None:
    snow = Document("entry", "snow", "nb", "Måke snø", (), "", "")
    home = Document("entry", "home", "nb", "Rent hus", ("vaskehjelp", "hjelp"), "", "")
    assert first(Index([home, snow], Vocabulary.of({})), "måkkehjelp") == "snow"


def test_words_that_stand_together_in_a_name_count_more_than_the_same_words_apart() -> None:
    together = Document("entry", "together", "nb", "Stol i dusjen", (), "", "")
    apart = Document("entry", "apart", "nb", "Stol som du har i stua mens noen vasker badet og dusjen", (), "", "")
    fillers = [Document("entry", f"filler-{at}", "nb", f"Noe annet {at}", (), "", "") for at in range(20)]
    words = Vocabulary.of({"parts": ["dusj", "stol"]})
    index = Index([apart, together, *fillers], words)
    assert found(index, "dusjstol")[:2] == ["together", "apart"]
    score = {hit.document.slug: hit.score for hit in index.search("dusjstol")}
    assert score["together"] > 1.5 * score["apart"]


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("tryghetsallarm", "trygghetsalarm"),  # sounds the same
        ("trygghetsalam", "trygghetsalarm"),  # one letter is missing
        ("trygghetalrm", "trygghetsalarm"),  # two mistakes
        ("medsiiner", "medisiner"),  # two letters have changed places
        ("fyssioterapi", "fysioterapi"),
        ("sovn", "sovn"),  # a keyboard without ø
        ("soevn", "sovn"),
        ("so\u0308vn", "sovn"),  # a Swedish keyboard, and o and its dots as two signs
        ("snøryding", "snomaking"),
        ("bikje", "stell-av-dyr"),  # a misspelt synonym
    ],
)
def test_a_misspelt_word_is_found(index: Index, query: str, slug: str) -> None:
    assert first(index, query) == slug


def test_a_text_with_letters_of_two_signs_is_found() -> None:
    page = Document("entry", "page", "nb", "Natt", (), "Ma\u030aking av snø.", "")
    assert found(Index([page], Vocabulary.of({})), "måke") == ["page"]


def test_a_rightly_spelt_word_is_not_taken_for_another_one() -> None:
    index = Index(
        [
            Document("entry", "katt", "nb", "Katt", (), "", ""),
            Document("entry", "hatt", "nb", "Hatt", (), "", ""),
        ],
        Vocabulary.of({}),
    )
    assert found(index, "hatt") == ["hatt"]


def test_nynorsk_finds_a_page_in_bokmaal_by_synonyms_and_by_the_names_of_its_nynorsk_page() -> None:
    page = Document("entry", "hjemmehjelp", "nb", "Hjemmehjelp", (), "", "", (("nn", "Heimehjelp"), ("nn", "reinhald")))
    other = Document("entry", "fall", "nb", "Fall", (), "", "")
    index = Index([other, page], Vocabulary.of({"synonyms": [["falle", "dette"]]}))
    assert found(index, "heimehjelpa") == ["hjemmehjelp"]
    assert found(index, "reinhaldet") == ["hjemmehjelp"]
    assert found(index, "dett") == ["fall"]


def test_an_english_page_is_found_by_english_forms_and_by_its_norwegian_name() -> None:
    page = Document(
        "entry", "fall", "en", "Falls at home", ("hurt bodies",), "Lie still.", "", (("nb", "Ramler hjemme"),)
    )
    other = Document("entry", "sykehjem", "nb", "Sykehjem", (), "", "")
    index = Index([other, page], Vocabulary.of({}))
    assert found(index, "body") == ["fall"]
    assert found(index, "ramlet") == ["fall"]
    assert found(index, "sykehjemmet") == ["sykehjem"]


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("bikkja må ut", "stell-av-dyr"),
        ("hvem moker for gamle", "snomaking"),
        ("hun gikk på trynet: gå på trynet", "fall"),  # several words that mean one
        ("mamma nekter", "samtykke"),  # one word that means several
    ],
)
def test_synonyms_of_one_and_of_several_words_are_found(index: Index, query: str, slug: str) -> None:
    assert first(index, query) == slug


def test_a_whole_sentence_is_found_by_its_telling_words(index: Index) -> None:
    assert first(index, "mamma faller hele tiden hva gjør jeg") == "fall"


def test_a_question_of_filler_alone_is_still_answered(index: Index) -> None:
    assert first(index, "hva gjør jeg") == "fall"


def test_a_name_in_the_query_outranks_its_words_elsewhere(index: Index) -> None:
    assert first(index, "mamma vil ikke ha hjelp") == "samtykke"


def test_a_word_that_is_the_whole_name_of_a_page_outranks_names_that_it_is_a_word_of() -> None:
    word = Document(
        "entry", "word", "nb", "Noe annet", ("alarm på klokka", "alarm i bilen", "alarm hos naboen"), "", ""
    )
    name = Document("entry", "name", "nb", "Noe helt annet", ("knapp", "alarm", "klokke med lyd"), "", "")
    assert found(Index([word, name], Vocabulary.of({})), "alarm") == ["name", "word"]


def test_a_word_that_many_pages_have_tells_little_even_where_it_is_a_title() -> None:
    bodies = [Document("entry", f"body-{at}", "nb", f"Side {at}", (), "", "Søk om hjelp.") for at in range(9)]
    common = Document("entry", "common", "nb", "Hjelp", (), "", "")
    rare = Document("entry", "rare", "nb", "Ski og annet på vinteren", (), "", "")
    assert first(Index([*bodies, common, rare], Vocabulary.of({})), "hjelp ski") == "rare"


def test_filler_that_stands_together_finds_nothing() -> None:
    filler = Document("entry", "filler", "nb", "Hva gjør jeg nå", (), "", "")
    cat = Document("entry", "cat", "nb", "Katt", (), "", "")
    index = Index([filler, cat], Vocabulary.of({"stop": ["hva", "gjør", "jeg", "med"]}))
    assert found(index, "hva gjør jeg med katten") == ["cat"]


def test_a_page_with_all_the_words_counts_more_than_its_words_one_by_one() -> None:
    page = Document("entry", "page", "nb", "Komme inn", (), "Noen må ha nøkkel, og noen må åpne en dør for deg.", "")
    fillers = [Document("entry", f"filler-{at}", "nb", f"Noe annet {at}", (), "", "") for at in range(20)]
    index = Index([page, *fillers], Vocabulary.of({}))
    key, door, both = (index.search(query)[0].score for query in ("nøkkel", "dør", "nøkkel dør"))
    assert both > 1.5 * (key + door)


def test_the_entry_comes_before_the_task_and_the_service_of_the_same_name() -> None:
    pages = [Document(kind, "sykehjem", "nb", "Sykehjem", (), "", "") for kind in ("task", "service", "entry")]
    kinds = [hit.document.kind for hit in Index(pages, VOCABULARY).search("sykehjem")]
    assert kinds == ["entry", "service", "task"]


def test_only_the_wanted_kinds_are_found(index: Index) -> None:
    assert found(index, "snø", kinds=("aid",)) == ["brodder"]
    assert set(found(index, "snø", kinds=("aid", "task"))) == {"brodder", "snomaking"}
    assert found(index, "snø", kinds=("offer",)) == []


def test_no_more_pages_are_found_than_asked_for(index: Index) -> None:
    assert len(index.search("hjelp", most=2)) == 2


def test_pages_that_hardly_fit_are_left_out() -> None:
    best = Document("entry", "best", "nb", "Komfyrvakt på kjøkkenet", ("komfyrvakt", "vakt på kjøkkenet"), "", "")
    faint = Document("entry", "faint", "nb", "Noe annet", (), "", "Kjøkkenet " + "og mye annet " * 60)
    fillers = [Document("entry", f"filler-{at}", "nb", f"Andre ting {at}", (), "", "kjøkkenet") for at in range(40)]
    index = Index([best, faint, *fillers], Vocabulary.of({}))
    assert found(index, "komfyrvakt på kjøkkenet") == ["best"]


@pytest.mark.parametrize(
    ("begun", "slug"),
    [
        ("tr", "trygghetsalarm"),
        ("sy", "sykehjem"),
        ("alarmk", "trygghetsalarm"),
        ("lufte h", "stell-av-dyr"),
        ("hvem må", "snomaking"),
        ("snør", "snomaking"),
        ("sov", "sovn"),
        ("tryget", "trygghetsalarm"),  # misspelt already
        ("medsi", "medisiner"),
        ("medisiner", "medisiner"),
    ],
)
def test_what_somebody_is_writing_is_suggested_from_two_letters_on(index: Index, begun: str, slug: str) -> None:
    assert first(index, begun, typing=True) == slug


def test_one_letter_suggests_nothing_and_a_search_takes_no_word_as_a_beginning(index: Index) -> None:
    assert found(index, "t", typing=True) == []
    assert found(index, "tryg") == []


def test_a_title_that_begins_so_is_suggested_before_a_word_inside_one() -> None:
    index = Index(
        [
            Document("entry", "inside", "nb", "Alt om snø", (), "", ""),
            Document("entry", "name", "nb", "Vinter", ("snørydding",), "", ""),
            Document("entry", "start", "nb", "Snø og is på vinteren", (), "", ""),
        ],
        Vocabulary.of({}),
    )
    assert found(index, "sn", typing=True) == ["start", "name", "inside"]


def test_a_word_that_pages_have_is_not_taken_for_a_misspelt_beginning() -> None:
    night = Document("entry", "night", "nb", "Våke", (), "", "Noen er her om natten.")
    cat = Document("entry", "cat", "nb", "Katten", (), "", "")
    assert found(Index([night, cat], Vocabulary.of({})), "natten", typing=True) == ["night"]


def test_pages_that_begin_alike_count_alike() -> None:
    pages = [Document("entry", f"page-{letter}", "nb", f"Tra{letter}", (), "", "") for letter in "bdefghjklmn"]
    assert len({hit.score for hit in Index(pages, Vocabulary.of({})).search("tra", typing=True)}) == 1


@pytest.mark.parametrize(
    "query",
    [
        "", "   ", "?!", '"x', "a:b", "(((", "title:fall AND (", "fall*", "[a TO b]", "-fall", "\\", "+", "^2",
        "\x00", "fall\x00fall", "\ud800", "fall \udfff", "😀", "👩‍👧 fall", "å" * 10_000, "fall " * 2_000, "x" * 10_000,
        "trygetsalram " * 800, "ⅷ ²", "ﬁ", "ß", "I\u0307", "\u202efall", "'; DROP TABLE pages; --", "٣٣",
    ],
)  # fmt: skip
@pytest.mark.parametrize("typing", [False, True])
def test_any_text_may_be_asked(index: Index, query: str, typing: bool) -> None:  # noqa: FBT001
    assert isinstance(index.search(query, typing=typing), list)
    assert isinstance(index.asked(query), frozenset)


@pytest.mark.parametrize(
    "query", ['"fall', "fall:", "(((fall", "fall\x00", "\ud800 fall", "😀fall😀", "fall" + " " * 9_000]
)
def test_signs_around_a_word_do_not_hide_it(index: Index, query: str) -> None:
    assert first(index, query) == "fall"


def test_nonsense_finds_nothing(index: Index) -> None:
    for query in ("xyzqwk", "x" * 10_000, "å" * 10_000):
        assert found(index, query) == []


def test_an_index_without_pages_finds_nothing() -> None:
    assert Index([], VOCABULARY).search("fall") == []


def test_the_words_to_mark_are_those_asked_for_and_meant_but_no_filler(index: Index) -> None:
    asked = index.asked("hva gjør jeg når bikkja måkker")
    marked = [word for word in ("hunden", "måking", "hva", "jeg", "katt") if not asked.isdisjoint(index.stems(word))]
    assert marked == ["hunden", "måking"]


def test_a_part_of_a_compound_is_marked(index: Index) -> None:
    assert not index.asked("alarm").isdisjoint(index.stems("trygghetsalarmen"))
