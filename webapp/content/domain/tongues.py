"""Words of the wrong language: bokmål in a nynorsk text, Norwegian left untranslated in an English one.

The lists hold forms that are never right there. They find what slipped in, not what is clumsy: whether a text
is good nynorsk or good English only a reader can say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webapp.kernel.text import plain, words

_BOKMAL = """
    adressen aktiviteter alene allerede annenhver annerledes annet ansatt ansatte avhengighet avlastning
    avlastningen avslutter avsluttet batterier bedre begravelse begrunnelse begynnelse begynnelsen behandler
    behandles behandlet beholde beholder behøver bekrefter bekreftet bekymrer bekymret bevege bevegelse beveger
    bildene bilder billigere bolig boligen boliger bostøtte brevene brukere brukeren brukes bære bærer dagene dager
    dere deres drukket dukker dårligere egenandel egenandeler egentlig eier eieren eksempler ektefeller endrer
    endres endret endringen endringer eneste enig enige enklere ensom ensomhet ensomme ett etterlatte familier
    fjerner flere flyttes foreldrene foreninger forhånd fornøyd fortell fortelle forteller fortsetter forvirret fra
    fremover fremtid fremtidsfullmakt frister frivillighet fullmakten funksjonsnedsettelse føles følge følgende
    følger førerkort føttene ganger gjør gjøre gjøres glemmer glemsomhet glemt grensen gulv gulvet handler
    helsehjelpen helsen helsetjenesten hemmelighet hensyn henter hentet henvise henviser henvisning herfra hindrer
    hjalp hjelpemidlene hjelpemidler hjelpere hjelperne hjem hjemme hjemmebesøk hjemmefra hjemmehjelp
    hjemmesykepleie hjemmesykepleien hjemmet hjemmetjeneste hjemmetjenesten hjemreisen hjulpet hodet holder holdes
    holdt hukommelse hukommelsen husleie hva hvem hver hverandre hverdag hverdagen hverdager hvert hvile hviler
    hvilke hvilken hvilket hvis hvor hvordan hvorfor hånd hånden håndtak håndtaket håndverker håndverkere hørselen
    høst høyere høyest høyeste høyt ikke innbygger innbyggeren innbyggerne innen innenfor inntekten jeg jevnlig
    jevnt jobber kalles kalt kilder kjæreste klær klærne knappene knapper kommunens kommuner kortere korttidsopphold
    koster kravene krever kveldene kvelder kvitteringer lagrer lagres lagret langtidsopphold lavere laveste
    ledninger legevakten leilighet leiligheten leiligheter lenken lettere lettest liggende ligner linjen listen
    lytter løse løser løsning løsningen løsninger mangler matlysten medisinene medisiner meldinger mener mennesker
    mer mestre minutter misfornøyd mistet morgen morgenen måltidene måltider måned måneden månedene måneder måter
    møteplasser natten navn navnet nedenfor nedsatt noe noen nærheten nærmere nærmest nærmeste nødnummer nøkler
    oftere oftest ombudet omsorgen omsorgsbolig oppgave oppgaven oppgavene oppgaver opphold oppholdet opplysninger
    ordner ordnes ordninger oversettelse oversetter papirene papirer pengene penger personer plaget pleiepenger
    problemene problemer puster pårørende regning regningen regningene regninger reisen rengjøring resepter
    rettighetene rettigheter rimeligere roligere rommene røykvarsler røykvarsleren saksbehandler saksbehandleren
    samme sammen sammenligne sang satt savner selge selv selve selvmord selvmordstanker sendes senere senest sent
    setninger settes sier sies sikrere sittende sjelden sjeldnere skadet slippe slipper slutter sluttet snakker
    sover spiser spørre spørsmålene starter startet stedet sterkere storrengjøring strømbrudd strømmen svarene
    svelge svimmelhet syk sykdom sykdommen sykdommer syke sykehjem sykehjemmet sykehus sykehuset sykepleie
    sykepleier sykepleieren særlig søkes sørger tabletter talevansker tankene tanker taushetsplikt tegn tegner tiden
    tidligere tilbud tilbudet tilgjengelighet tilpasning tilpasset tilskudd timene tingene tirsdag tjeneste
    tjenesten tjenestene tjenester treningen treningsleilighet trossamfunn trusler tryggere trygghet trygghetsalarm
    trygghetsalarmen turene turer tydeligere typer uenig uenige uenighet uken ukene uker undersøkelse undersøkelsen
    underveis utenfor valg valget valgt vanskeligere vanskeligste vansker varsler vasker vedlikehold veien veileder
    veiledning velg velge velger verge vergemål verksted videre viktigst viktigste vindu vinduer vinduet vises
    voksne vurderingen våkner være vært ytelser åpen åpent åpne åpner åpnes årsaken ærlig ødelagt øvelsene øvelser
    øyeblikk øynene
"""
BOKMAL = frozenset(_BOKMAL.split())
"""Forms that are bokmål and never nynorsk, the common ones and those of this book."""

_NORWEGIAN = """
    avlastning ble blir bostøtte dagsenter dere du eg egenandel eller ergoterapeut fastlege fastlegen fra
    fremtidsfullmakt frikort fullmakt fylkeskommune fylkeskommunen fysioterapeut har hjelpemiddel hjelpemidler
    hjemmehjelp hjemmesykepleie hjemmetjeneste hjemmetjenesten hun hva hvem hverdagsrehabilitering hvis hvor hvordan
    ikke ikkje innsyn jeg journalen kan klage kommune kommunen kommunens kommuner korleis korttidsopphold kva kven
    langtidsopphold lege legen legevakt legevakten noe noen når og omsorgsbolig omsorgslønn pleiepenger resept
    samboer samboere samtykke skal skattemelding som støttekontakt sykehjem sykehus sykepleier taushetsplikt
    tildelingskontor tilskudd tjeneste tjenester tolk trygghetsalarm tvang vedtak vil
"""
NORWEGIAN = frozenset(_NORWEGIAN.split())
"""Norwegian words that an English text explains, or leaves in brackets behind the English one."""

NAMES = (
    "Nasjonalforeningen for folkehelsen", "Leve hele livet", "Aldring og helse", "Vern for eldre", "Kirkens SOS",
    "Pårørendesenteret", "Statens vegvesen",
)  # fmt: skip
"""Names that are the same in every language."""

_QUOTED = re.compile(r"«[^«»]*»|“[^“”]*”|\"[^\"\n]*\"")
_BRACKETS = re.compile(r"\([^()]*\)")
_ADDRESS = re.compile(r"https?:\S+|\S+@\S+|\b[\w.-]+\.(?:no|com|org)\b|\{[^{}]*\}")
_OURS = re.compile("[æøå]")


def bokmal_in(text: str) -> Iterator[str]:
    """Find the bokmål forms of a nynorsk text; what is quoted and what is a name is left alone."""
    for word in words(_QUOTED.sub(" ", _without_names(text))):
        if word.lower() in BOKMAL:
            yield word


def norwegian_in(text: str) -> Iterator[str]:
    """Find the Norwegian words of an English text that stand neither in brackets nor between quotation marks."""
    for word in words(_BRACKETS.sub(" ", _QUOTED.sub(" ", _without_names(text)))):
        if word[0].islower() and (word in NORWEGIAN or _OURS.search(word)):
            yield word


def _without_names(text: str) -> str:
    text = _ADDRESS.sub(" ", plain(text))
    for name in NAMES:
        text = text.replace(name, " ")
    return text
