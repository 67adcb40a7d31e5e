"""What schools say that chose no words of their own: short, and of the child only what is needed.

An SMS in English and French keeps to the old alphabet, so no ç and no ê: one of them would double
its price. In Arabic it always is the dear one, and so says the least: two of them hold the link, a
child, a day, and of the school's name the first words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from school_erp.messages.vocabulary import Channel, Kind


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    text: str


SESSIONS: Mapping[str, tuple[str, str]] = {
    "en": ("morning", "afternoon"),
    "fr": ("matin", "après-midi"),
    "ar": ("صباحا", "بعد الظهر"),
}
# a child, an adult and an answer that are nobody's
SAMPLES: Mapping[str, tuple[str, str, str]] = {
    "en": ("Alex", "Robin", "There was an examination that day."),
    "fr": ("Camille", "Dominique", "Il y avait un examen ce jour."),
    "ar": ("نور", "سامي", "كان هناك امتحان في ذلك اليوم."),
}
# late in the year, where dates are long
SAMPLE_DAY = dt.date(2026, 11, 30)
# a day in an SMS, in characters of the old alphabet all the year round
SHORT_DAY: Mapping[str, str] = {"en": "d MMM", "fr": "dd/MM", "ar": "d/M"}

# before the words of an absence, where the family had been told that it was none
AFTER_ALL: Mapping[Channel, Mapping[str, str]] = {
    Channel.SMS: {
        "en": "Checked again: ",
        "fr": "Après vérification : ",
        "ar": "بعد المراجعة: ",
    },
    Channel.EMAIL: {
        "en": "We told you before that there was no absence. We have checked again: there is.\n\n",
        "fr": "Nous vous avions dit qu'il n'y avait pas d'absence. "
        "Après vérification, il y en a une.\n\n",
        "ar": "أبلغناكم سابقًا بعدم وجود غياب. بعد المراجعة تبيّن أن هناك غيابًا.\n\n",
    },
}

_SMS: Mapping[Kind, Mapping[str, str]] = {
    Kind.ABSENT: {
        "en": "{school}: {student} was marked absent, {when}. Please tell us why: {link}",
        "fr": "{school} : absence de {student}, {when}. Merci de nous dire pourquoi : {link}",
        "ar": "{school}: سبب غياب {student} {date}؟ {link}",
    },
    Kind.LATE: {
        "en": "{school}: {student} arrived late, {when}.",
        "fr": "{school} : retard de {student}, {when}.",
        "ar": "{school}: تأخر {student}، {when}.",
    },
    Kind.ARRIVED: {
        "en": "{school}: {student}, who was missing, has now arrived, {when}.",
        "fr": "{school} : {student}, qui manquait, est maintenant là, {when}.",
        "ar": "{school}: وصول {student} الآن، {when}.",
    },
    Kind.CORRECTED: {
        "en": "{school}: our message of {when} was wrong. {student} was not absent. Sorry.",
        "fr": "{school} : notre message du {when} était une erreur. {student} n'a pas manqué.",
        "ar": "{school}: تصحيح، لا غياب على {student}، {when}. نعتذر.",
    },
    Kind.REFUSED: {
        "en": "{school}: we could not accept the absence of {student}, {date}. Please call us.",
        "fr": "{school} : l'absence de {student}, {date}, n'est pas acceptée. Appelez-nous.",
        "ar": "{school}: لم يقبل عذر غياب {student}، {date}. يرجى الاتصال بنا.",
    },
}
_EMAIL: Mapping[Kind, Mapping[str, Words]] = {
    Kind.ABSENT: {
        "en": Words(
            "{school}: an absence, {date}",
            "Dear {guardian},\n\n{student} was marked absent: {when}.\n\n"
            "Please tell us why. It takes a minute, and you need not sign in:\n{link}\n\n{school}",
        ),
        "fr": Words(
            "{school} : une absence, {date}",
            "Bonjour {guardian},\n\nnous avons noté une absence de {student} : {when}.\n\n"
            "Merci de nous en dire la raison. Cela prend une minute, sans connexion :\n{link}\n\n"
            "{school}",
        ),
        "ar": Words(
            "{school}: غياب، {date}",
            "{guardian}،\n\nسُجل غياب {student}: {when}.\n\n"
            "نرجو إخبارنا بالسبب، دون الحاجة إلى تسجيل الدخول:\n{link}\n\n{school}",
        ),
    },
    Kind.LATE: {
        "en": Words(
            "{school}: a late arrival, {date}",
            "Dear {guardian},\n\n{student} arrived late: {when}.\n\n{school}",
        ),
        "fr": Words(
            "{school} : un retard, {date}",
            "Bonjour {guardian},\n\nnous avons noté un retard de {student} : {when}.\n\n{school}",
        ),
        "ar": Words(
            "{school}: تأخر، {date}",
            "{guardian}،\n\nسُجل تأخر {student}: {when}.\n\n{school}",
        ),
    },
    Kind.ARRIVED: {
        "en": Words(
            "{school}: now here, {date}",
            "Dear {guardian},\n\n{student}, whom we had missed, has now arrived: {when}.\n\n"
            "{school}",
        ),
        "fr": Words(
            "{school} : arrivée, {date}",
            "Bonjour {guardian},\n\n{student}, qui nous manquait, est maintenant là : {when}.\n\n"
            "{school}",
        ),
        "ar": Words(
            "{school}: وصول، {date}",
            "{guardian}،\n\nوصول {student} بعد تسجيل غياب: {when}.\n\n{school}",
        ),
    },
    Kind.CORRECTED: {
        "en": Words(
            "{school}: a correction, {date}",
            "Dear {guardian},\n\nwe told you of an absence that was none: {when}. "
            "{student} was not absent. We are sorry.\n\n{school}",
        ),
        "fr": Words(
            "{school} : une correction, {date}",
            "Bonjour {guardian},\n\nnous vous avons annoncé une absence par erreur : {when}. "
            "{student} n'a pas manqué. Veuillez nous excuser.\n\n{school}",
        ),
        "ar": Words(
            "{school}: تصحيح، {date}",
            "{guardian}،\n\nكان إشعار الغياب السابق خطأ: {when}. "  # noqa: RUF001 - Arabic
            "لا غياب على {student}. نعتذر.\n\n{school}",
        ),
    },
    Kind.REFUSED: {
        "en": Words(
            "{school}: about an absence, {date}",
            "Dear {guardian},\n\nwe could not accept what you told us of the absence of {student}, "
            "{date}.\n\n{answer}\n\n{school}",
        ),
        "fr": Words(
            "{school} : au sujet d'une absence, {date}",
            "Bonjour {guardian},\n\nnous n'avons pas pu accepter ce que vous nous avez dit de "
            "l'absence de {student}, {date}.\n\n{answer}\n\n{school}",
        ),
        "ar": Words(
            "{school}: بخصوص غياب، {date}",
            "{guardian}،\n\nلم نتمكن من قبول عذر غياب {student}، {date}.\n\n{answer}\n\n{school}",
        ),
    },
}


def default_words(kind: Kind, channel: Channel, language: str) -> Words:
    if channel is Channel.SMS:
        return Words("", _SMS[kind][language])
    return _EMAIL[kind][language]
