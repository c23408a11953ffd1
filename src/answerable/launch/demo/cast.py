"""Who is in the story. Every body is invented; the names were checked to be nobody's."""

from answerable.launch.demo import area
from answerable.model.actor import Role
from answerable.model.text import Text, en

OPERATOR = "inverlarch-data-commons"
COUNCIL = "inverlarch-council"
AGENCY = "larchwater-rivers-agency"
HEALTH = "strathlarch-health-board"
FIRE = "larchside-fire-and-rescue"
FACILITATORS = "kirklarch-facilitators"

TITLES: dict[str, Text] = {
    OPERATOR: en("Inverlarch Data Commons (invented)"),
    COUNCIL: en(f"{area.COUNCIL} (invented)"),
    AGENCY: en(f"{area.ENVIRONMENT_AGENCY} (invented)"),
    HEALTH: en(f"{area.HEALTH_BOARD} (invented)"),
    FIRE: en(f"{area.FIRE_AND_RESCUE} (invented)"),
    FACILITATORS: en("Kirklarch Facilitators (invented)"),
}

ORIGIN = "register.inverlarch.example"

PEOPLE = {
    (Role.STEWARD, OPERATOR): ("Synthetic Steward Brindlewick-Xoq", "Register steward"),
    (Role.OFFICER, OPERATOR): ("Synthetic Officer Pennywort-Xar", "Vision secretary"),
    (Role.OFFICER, COUNCIL): ("Synthetic Officer Marlowhisk-Xeb", "Data-sharing officer"),
    (Role.CUSTODIAN, COUNCIL): ("Synthetic Custodian Tansyford-Xuv", "Head of information"),
    (Role.CUSTODIAN, AGENCY): ("Synthetic Custodian Sedgemoth-Xip", "Head of hydrology"),
    (Role.OFFICER, AGENCY): ("Synthetic Officer Rushglimmer-Xod", "Flood warning officer"),
    (Role.CUSTODIAN, HEALTH): ("Synthetic Custodian Yarrowdew-Xam", "Caldicott Guardian"),
    (Role.OFFICER, FIRE): ("Synthetic Officer Emberquill-Xyt", "Area commander"),
    (Role.FACILITATOR, FACILITATORS): ("Synthetic Facilitator Hazelnook-Xul", "Lead facilitator"),
}
"""Names and posts, which stay in the vault: every name is found nowhere else."""
