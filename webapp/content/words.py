"""The words on screen for the codes in content: audiences, areas, actors, owners, who pays."""

from __future__ import annotations

from webapp.web.i18n import lazy_gettext as _

AUDIENCES = {
    "older": _("Older people"),
    "caregiver": _("Those who help someone"),
    "young_carer": _("Young people"),
}
AREAS = {
    "age_friendly": _("An age-friendly place to live"),
    "activity": _("Activity and company"),
    "food": _("Food and meals"),
    "health_care": _("Health care"),
    "coherence": _("Services that work together"),
}
TASK_AREAS = {
    "medicine": _("Medicine and health"),
    "personal_care": _("Washing and dressing"),
    "food": _("Food and drink"),
    "home": _("House and home"),
    "outdoors": _("Outdoors and garden"),
    "paperwork": _("Money, letters and digital"),
    "transport": _("Transport and company on the way"),
    "safety": _("Safety, technology and keys"),
    "social": _("Company and meaning"),
    "aids_and_housing": _("Aids and housing"),
    "cooperation": _("Working together"),
    "preparedness": _("If something happens"),
    "last_time": _("The last phase of life"),
}
ACTORS = {
    "resident": _("you yourself"),
    "caregiver": _("family and friends, if they want to and can"),
    "volunteer": _("volunteers"),
    "private": _("somebody you pay"),
    "nav": _("NAV lends aids"),
    "health_service": _("doctor, hospital or pharmacy"),
    "neighbour": _("neighbours"),
    "police": _("the police"),
    "school": _("the school"),
    "bank": _("the bank"),
    "fire_service": _("the fire service"),
}
OWNERS = {
    "home_care": _("home care"),
    "allocation_office": _("the office that answers applications"),
    "health_promotion": _("health promotion"),
    "mental_health": _("mental health and substance use"),
    "dementia_team": _("the dementia team"),
    "rehabilitation": _("rehabilitation"),
    "care_homes": _("the care homes"),
    "culture": _("culture and volunteering"),
    "technical": _("technical services"),
    "social_services": _("social services and NAV"),
    "medical_officer": _("the municipal medical officer"),
    "caregiver_contact": _("the caregivers' contact"),
    "service_centre": _("the service centre"),
}
PAYMENTS = {
    "free": _("Free"),
    "municipality_sets": _("You pay a part; the municipality sets the price"),
    "state_sets": _("You pay a part; the state sets the rules"),
    "county_sets": _("The county sets the price"),
    "rent": _("You pay rent"),
    "none": _("No price of ours"),
}
PREVENTION = {
    "primary": _("Prevents before anything has happened"),
    "secondary": _("Early help, so that it does not get worse"),
    "tertiary": _("Helps you live well with illness"),
}
AID_CATEGORIES = {
    "safety": _("Safety"),
    "memory": _("Memory and everyday life"),
    "medicine": _("Medicine"),
    "moving": _("Moving about"),
    "senses": _("Hearing, sight and speech"),
    "home": _("At home"),
    "contact": _("Keeping in touch"),
}
PROVIDERS = {
    "municipality": _("The municipality lends it"),
    "nav": _("NAV lends it when the need is lasting"),
    "own": _("You buy it yourself"),
}
OFFER_CATEGORIES = {
    "course": _("Course"),
    "group": _("Group"),
    "home_visit": _("Visit at home"),
    "visit": _("Visit"),
    "meeting_place": _("Meeting place"),
}
KINDS = {
    "entry": _("Look up"),
    "service": _("Help from the municipality"),
    "task": _("Who does what"),
    "aid": _("Aid"),
    "offer": _("Offer"),
    "place": _("Meeting place"),
}
SELFCHECKS = {
    "who5": _("How have you been? (WHO-5)"),
    "osss3": _("People around you (OSSS-3)"),
    "steadi": _("Steady on your feet? (STEADI)"),
    "boligen": _("The home for old age"),
    "digital-hverdag": _("Digital everyday"),
    "fallfeller": _("Traps for falls at home"),
    "parorendebelastning": _("How are you, you who help?"),
    "hva-er-viktig": _("What matters to you?"),
    "teknologi": _("Technology that can help"),
    "vaner": _("Habits"),
    "erfaring": _("How was it to deal with us?"),
    "phq2": _("Mood, two questions (PHQ-2)"),
    "phq9": _("Mood, nine questions (PHQ-9)"),
    "gad7": _("Worry and unrest (GAD-7)"),
    "auditc": _("Alcohol, three questions (AUDIT-C)"),
}
