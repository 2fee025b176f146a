"""Inflected forms of Dutch nouns, so that a lexicon lists one form and matches the others.

Written for nouns for people and organisations. A form too many does no harm, so the rules are
kept few; an irregular form ("buurlieden") is listed in the lexicon itself.
"""

from __future__ import annotations

import re

_LONG_VOWEL = re.compile(r"(aa|ee|oo|uu)([bcdfgklmnprstvz])$")
_SOFTENED = re.compile(r"(aa|ee|oo|uu|ij|ei|ie|ui|eu|ou|oe)([fs])$")
_SHORT_SYLLABLE = re.compile(r"[^aeiouy]*[aeiou][bdfgklmnprst]$")
_WEAK_SYLLABLE = re.compile(r"[aeiou].*e[lmnr]$")
_SOFT = {"f": "v", "s": "z"}


def plurals(noun: str) -> set[str]:
    """Plural forms of a noun: "docent" gives "docenten" and "docents".

    >>> sorted(plurals("school"))
    ['scholen', 'schools']
    """
    forms = {noun + "s"}
    if noun.endswith("e"):
        return forms | {noun + "n"}
    if noun[-1] in "aiouy" or _WEAK_SYLLABLE.search(noun):
        return forms
    stem = noun
    if _SHORT_SYLLABLE.fullmatch(noun):
        stem += noun[-1]
    elif softened := _SOFTENED.search(noun):
        stem = stem[:-1] + _SOFT[softened[2]]
    if long_vowel := _LONG_VOWEL.search(noun):
        stem = stem[:-3] + long_vowel[1][0] + stem[-1]
    return forms | {stem + "en"}


def diminutives(noun: str) -> set[str]:
    """Diminutives, northern and southern: "dochter" gives "dochtertje" and "dochterke"."""
    if noun.endswith(("je", "ke")):
        return set()
    if noun.endswith("ng"):
        small = {noun + "etje", noun + "ske"}
    elif noun[-1] in "aeioulnrw":
        small = {noun + "tje", noun + "ke"}
    elif noun.endswith("m"):
        small = {noun + "pje", noun + "ke"}
    else:
        small = {noun + "je", noun + "ke"}
    return small | {form + ending for form in small for ending in "sn"}


def feminines(noun: str) -> set[str]:
    """Feminine nouns for a person: "coördinator" gives "coördinatrice"."""
    forms = set()
    if noun.endswith(("ent", "ant", "air", "ist")):
        forms.add(noun + "e")
    if noun.endswith("teur"):
        forms |= {noun[:-3] + "rice", noun[:-3] + "euse"}
    elif noun.endswith("tor"):
        forms.add(noun[:-2] + "rice")
    elif noun.endswith("aar"):
        forms |= {noun[:-3] + "ares", noun + "ster"}
    elif noun.endswith("er"):
        forms |= {noun[:-2] + "ster", noun[:-2] + "eres"}
    return forms


def forms_of_person(noun: str) -> set[str]:
    """All forms of a noun for a person, itself included."""
    singular = {noun} | feminines(noun)
    forms = singular | diminutives(noun)
    return forms.union(*(plurals(form) for form in singular))


def forms_of_thing(noun: str) -> set[str]:
    """All forms of any other noun, itself included."""
    return {noun} | plurals(noun) | diminutives(noun)
