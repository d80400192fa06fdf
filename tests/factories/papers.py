"""The papers of a fictional family's agreement."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import page as checker

from webapp.gateways.pdf.contract import (
    Agreement,
    AnswerSheet,
    AnswerTask,
    BlankAgreement,
    CommitmentLine,
    FridgeSheet,
    KitchenLine,
    Paper,
)

HASH = "0123456789abcdef" * 4
ADDRESS = "https://fjordvik.avklart.example/nb/avtale/verifiser"
STATEMENT = "En felles plan. Ikke et vedtak."


def read(content: bytes) -> str:
    """Answer the words of a PDF in the order in which they are read, with one space between them."""
    command = ["pdftotext", "-raw", "-", "-"]
    found = subprocess.run(command, input=content, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


def keeps(path: Path, profile: str) -> bool:
    """Tell whether a PDF keeps a standard: PDF_A_2A or PDF_UA_1.

    A stream whose own last byte is a carriage return is no fault: the checker takes that byte for a part of the end of
    line after it, and finds the stream one byte short. What is compressed ends so once in 256 times.
    """
    report: dict[str, Any] = checker.validate_pdf(str(path), profile=checker.ValidationProfile[profile]).to_dict()
    return all(_ends_in_return(path, failure) for failure in report["failures"])


def _ends_in_return(path: Path, failure: dict[str, Any]) -> bool:
    if not failure["rule_id"].endswith("-STREAM-LENGTH-001"):
        return False
    content, number = path.read_bytes(), failure["object_id"]["object_number"]
    found = re.search(rb"\n%d 0 obj\s*<<.*?/Length (\d+).*?stream\r?\n" % number, content, re.DOTALL)
    end = found.end() + int(found.group(1)) if found else 0
    return content[end - 1 : end + 10] == b"\r\nendstream"


def paper(title: str) -> Paper:
    """Answer what every paper has."""
    return {"language": "nb", "title": title, "municipality": "Fjordvik kommune", "statement": STATEMENT}


def line(task: str = "Handle mat", *, note: str = "", state: str = "") -> CommitmentLine:
    """Answer a line of who does what."""
    return {
        "task": task, "responsible": "Kari", "reserve": "Per", "how_often": "Hver uke", "starts": "1. januar 2027",
        "note": note, "state": state,
    }  # fmt: skip


def agreement(words: str = "Å bo hjemme med katten.\nOg hagen.", count: int = 12) -> Agreement:
    """Answer an agreement, with words of the resident's own."""
    return {
        **paper("Avtale for Åse Fjell"),
        "version": "Versjon 2",
        "reference": "Avtale K7M4-PX2Q",
        "gaps": {"heading": "Snakk om dette først", "items": ["Gi medisin: mangler reserve", words]},
        "parties": {
            "heading": "Hvem avtalen gjelder", "head": ["Navn", "Rolle"],
            "rows": [["Åse Fjell", "Innbygger"], ["Kari Fjell", "Datter"], [words, "Sønn"]],
        },
        "sections": [
            {"heading": "Hva er viktig for Åse", "parts": [{"kind": "text", "text": words}]},
            {
                "heading": "Hvis noe skjer",
                "parts": [
                    {"kind": "subheading", "text": "Strømmen går"},
                    {"kind": "list", "items": ["Ring Kari", words]},
                    {"kind": "table", "head": ["Hva", "Hvem"], "rows": [["Nøkkelen", "Naboen"], [words, words]]},
                ],
            },
        ],
        "commitments": {
            "heading": "Hvem gjør hva", "head": ["Oppgave", "Ansvarlig", "Reserve", "Hvor ofte", "Fra"],
            "rows": [line("Gi medisin", state="Mangler reserve"), *[line(note=words) for _ in range(count)]],
        },
        "signatures": {
            "heading": "Underskrifter", "statement": "Jeg har lest planen og er enig i min del.",
            "head": ["Navn", "Rolle", "Hvordan", "Når"],
            "rows": [["Åse Fjell", "Innbygger", "Kode på SMS", "29. november 2026 kl. 07.35"]],
        },
        "hash_label": "Avtryk (SHA-256)",
        "hash": HASH,
        "verify": {
            "heading": "Er filen ekte?", "text": "Last opp filen her, så ser du det.", "address": ADDRESS,
            "alt": f"QR-kode til {ADDRESS}",
        },
    }  # fmt: skip


def fridge_sheet(count: int = 8) -> FridgeSheet:
    """Answer a sheet for the kitchen."""
    lines: list[KitchenLine] = [
        {"task": f"Handle mat og hente på apoteket {number}", "who": "Kari", "reserve": "Reserve: Per"}
        for number in range(count)
    ]
    return {
        **paper("Hvem gjør hva hos Åse"),
        "calls": {"heading": "Ring først", "rows": [{"who": "Kari", "telephone": "400 12 345"}] * 3},
        "tasks": {"heading": "Oppgavene", "head": ["Hva", "Hvem"], "rows": lines},
        "more": "Resten står i avtalen.",
    }


def answer_sheet(words: str = "Snømåking", count: int = 12) -> AnswerSheet:
    """Answer a sheet for one party's answers."""
    choices = ["Jeg, fast", "Jeg, av og til", "Kommunen", "Noen andre", "Vet ikke", "Trengs ikke"]
    task: AnswerTask = {"task": words, "mark": "Viktig for tryggheten", "points": [words], "choices": choices}
    return {
        **paper("Svarark"), "party": "Per Fjell", "intro": "Sett kryss. Du kan stoppe når som helst.",
        "note_label": "Hvor ofte, eller en beskjed:",
        "areas": [{"heading": "Mat og hus", "intro": words, "has_notes": True, "tasks": [task] * count}],
        "questions": [{"question": "Hva er viktig for deg?", "lines": 4}], "return_to": "Lever arket på helsehuset.",
    }  # fmt: skip


def blank_agreement() -> BlankAgreement:
    """Answer an agreement to fill in by hand."""
    return {
        **paper("Avtale"), "intro": "Fyll ut sammen.",
        "parties": {"heading": "Hvem", "head": ["Navn", "Rolle"], "rows": 5},
        "sections": [{"heading": "Hva er viktig for deg?", "hint": "Med dine egne ord.", "lines": 5}],
        "commitments": {"heading": "Hvem gjør hva", "head": ["Oppgave", "Ansvarlig", "Reserve"], "rows": 12},
        "signatures": {"heading": "Underskrifter", "statement": "Enig.", "head": ["Navn", "Dato"], "rows": 4},
    }  # fmt: skip
