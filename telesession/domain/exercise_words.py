"""What people call the library's closed sets, and the words that find them: the label first, then other words."""

from collections.abc import Mapping
from enum import StrEnum

from telesession.domain.exercises import Category, Equipment, Language, Position, Precaution, Region

EN, ES = Language.EN, Language.ES

Vocabulary = Mapping[StrEnum, Mapping[Language, tuple[str, ...]]]

REGIONS: Vocabulary = {
    Region.LOW_BACK: {EN: ("Low back", "lumbar", "spine"), ES: ("Zona lumbar", "espalda", "columna")},
    Region.TRUNK: {EN: ("Trunk", "core", "belly", "abs"), ES: ("Tronco", "abdomen", "abdominales", "core")},
    Region.UPPER_BACK: {EN: ("Upper back", "thoracic", "spine"), ES: ("Espalda alta", "dorsal", "columna")},
    Region.NECK: {EN: ("Neck", "cervical"), ES: ("Cuello", "cervical")},
    Region.SHOULDER: {EN: ("Shoulder", "arm"), ES: ("Hombro", "brazo")},
    Region.HIP: {EN: ("Hip", "buttock", "glutes"), ES: ("Cadera", "glúteo", "nalga")},
    Region.LEG: {EN: ("Leg", "thigh", "sciatica"), ES: ("Pierna", "muslo", "ciática")},
    Region.KNEE: {EN: ("Knee", "thigh", "leg", "quadriceps"), ES: ("Rodilla", "muslo", "pierna", "cuádriceps")},
    Region.ANKLE: {EN: ("Ankle", "calf", "foot", "Achilles"), ES: ("Tobillo", "pantorrilla", "pie", "Aquiles")},
    Region.BALANCE: {EN: ("Balance", "falls"), ES: ("Equilibrio", "caídas")},
    Region.WHOLE_BODY: {EN: ("Whole body", "cardio"), ES: ("Todo el cuerpo", "cardio")},
}

CATEGORIES: Vocabulary = {
    Category.MOBILITY: {EN: ("Mobility", "movement"), ES: ("Movilidad", "movimiento")},
    Category.STRETCH: {EN: ("Stretch", "flexibility"), ES: ("Estiramiento", "flexibilidad")},
    Category.STRENGTH: {EN: ("Strength", "strengthening"), ES: ("Fuerza", "fortalecer")},
    Category.ENDURANCE: {EN: ("Endurance", "stability"), ES: ("Resistencia", "estabilidad")},
    Category.BALANCE: {EN: ("Balance",), ES: ("Equilibrio",)},
    Category.NEURAL: {EN: ("Nerve", "neural"), ES: ("Nervio", "neural")},
    Category.AEROBIC: {EN: ("Aerobic", "endurance"), ES: ("Aeróbico", "resistencia")},
}

POSITIONS: Vocabulary = {
    Position.SUPINE: {EN: ("Lying on the back", "supine", "floor"), ES: ("Boca arriba", "supino", "tumbado", "suelo")},
    Position.SIDE_LYING: {EN: ("Lying on the side", "floor"), ES: ("De lado", "tumbado", "decúbito lateral", "suelo")},
    Position.PRONE: {EN: ("Lying face down", "prone", "floor"), ES: ("Boca abajo", "prono", "tumbado", "suelo")},
    Position.HANDS_AND_KNEES: {
        EN: ("Hands and knees", "quadruped", "all fours", "floor"),
        ES: ("A cuatro apoyos", "a gatas", "cuadrupedia", "suelo"),
    },
    Position.HALF_KNEELING: {EN: ("Half-kneeling", "kneeling"), ES: ("Una rodilla en el suelo", "arrodillado")},
    Position.SITTING: {EN: ("Sitting", "seated"), ES: ("En posición sentada", "sentado", "silla")},
    Position.STANDING: {EN: ("Standing",), ES: ("De pie",)},
}

EQUIPMENT: Vocabulary = {
    Equipment.MAT: {EN: ("Mat or bed",), ES: ("Esterilla o cama", "colchoneta")},
    Equipment.CHAIR: {EN: ("Chair",), ES: ("Silla",)},
    Equipment.WALL: {EN: ("Wall",), ES: ("Pared",)},
    Equipment.TABLE: {EN: ("Table or counter",), ES: ("Mesa o encimera",)},
    Equipment.TOWEL: {EN: ("Towel",), ES: ("Toalla",)},
    Equipment.CUSHION: {EN: ("Cushion", "pillow"), ES: ("Cojín", "almohada")},
    Equipment.BAND: {EN: ("Band", "elastic", "theraband"), ES: ("Banda elástica", "goma")},
    Equipment.STICK: {EN: ("Stick", "broom handle", "dowel"), ES: ("Palo", "escoba", "bastón")},
    Equipment.SHOES: {EN: ("Shoes",), ES: ("Zapatos", "calzado")},
}

PRECAUTIONS: Vocabulary = {
    Precaution.OSTEOPOROSIS: {EN: ("Weak bones (osteoporosis)",), ES: ("Huesos frágiles (osteoporosis)",)},
    Precaution.PREGNANCY: {EN: ("Pregnancy",), ES: ("Embarazo",)},
    Precaution.HIP_REPLACEMENT: {EN: ("Hip replacement",), ES: ("Prótesis de cadera",)},
    Precaution.SPINAL_SURGERY: {EN: ("Back surgery",), ES: ("Cirugía de columna",)},
    Precaution.FALLS_RISK: {EN: ("Risk of falling",), ES: ("Riesgo de caída",)},
    Precaution.NO_PRONE: {EN: ("Cannot lie face down",), ES: ("No puede estar boca abajo",)},
    Precaution.NO_KNEELING: {EN: ("Cannot kneel",), ES: ("No puede arrodillarse",)},
    Precaution.NO_FLOOR: {EN: ("Cannot get down on the floor",), ES: ("No puede bajar al suelo",)},
    Precaution.WRIST_PAIN: {EN: ("Wrist pain",), ES: ("Dolor de muñeca",)},
    Precaution.SHOULDER_PAIN: {EN: ("Shoulder pain",), ES: ("Dolor de hombro",)},
    Precaution.DIZZINESS: {EN: ("Dizziness",), ES: ("Mareo",)},
    Precaution.HYPERTENSION: {EN: ("High blood pressure",), ES: ("Tensión arterial alta",)},
    Precaution.RADICULAR: {EN: ("Pain or tingling down a limb",), ES: ("Dolor u hormigueo por una extremidad",)},
    Precaution.NO_FLOOR_ALTERNATIVE_NONE: {
        EN: ("Nothing like it off the floor",),
        ES: ("Sin alternativa fuera del suelo",),
    },
}


def labels(vocabulary: Vocabulary) -> dict[str, dict[str, str]]:
    """What to show for each member, by language."""
    return {one.value: {language.value: words[0] for language, words in by.items()} for one, by in vocabulary.items()}


def words(vocabulary: Vocabulary, *members: StrEnum) -> list[str]:
    """All words of these members, in every language."""
    return [word for member in members for by_language in vocabulary[member].values() for word in by_language]
