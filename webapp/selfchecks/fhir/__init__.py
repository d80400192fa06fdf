"""Self-checks as HL7 FHIR R4: out as Questionnaire and QuestionnaireResponse, and in as a foreign Questionnaire."""

from webapp.selfchecks.fhir.questionnaire import questionnaire
from webapp.selfchecks.fhir.response import response
from webapp.selfchecks.fhir.server import bundle, capability, outcome
from webapp.selfchecks.fhir.terms import MEDIA_TYPE, VERSION, Json

__all__ = ["MEDIA_TYPE", "VERSION", "Json", "bundle", "capability", "outcome", "questionnaire", "response"]
