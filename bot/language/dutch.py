"""The Dutch spaCy model as the bot uses it: only what is read, and quick."""

from __future__ import annotations

from collections.abc import Callable

import spacy
from spacy.lang.tokenizer_exceptions import BASE_EXCEPTIONS
from spacy.language import Language
from spacy.symbols import ORTH
from spacy.tokenizer import Tokenizer
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from bot.language.lexicon import load_abbreviations
from bot.language.word_vectors import quicken

# Parts of Explosion's model or ours whose work nobody reads, and the tokenizer: ours comes instead.
_NOT_LOADED = ("tagger", "ner", "tokenizer")
TOKENIZER = "wegwijzer.messages.v1"
_SHORTENED = ("'m", "'n", "'ns", "'s", "'t")  # "'s morgens", "'t is"
_ENDS_A_SENTENCE = {"u."}  # an initial for spaCy, "dank u." for us


def load(name: str) -> Language:
    """The model of a name, with its parser switched off. Raises ``OSError`` if there is none."""
    language = spacy.load(
        name,
        disable=["parser"],
        exclude=_NOT_LOADED,
        config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}},
    )
    quicken(language)
    return language


@spacy.registry.tokenizers(TOKENIZER)
def create_tokenizer() -> Callable[[Language], Tokenizer]:
    """spaCy's Dutch tokenizer with the abbreviations of our lexicon.

    spaCy's own are 1,500 of law journals and statistics, each in three spellings. They take a third
    of a second of every start, and hide the end of a sentence ("Ik doe dat al.", "Dat is top.").
    """

    def create(language: Language) -> Tokenizer:
        defaults = language.Defaults
        return Tokenizer(
            language.vocab,
            rules=_exceptions(),
            prefix_search=compile_prefix_regex(defaults.prefixes).search,
            suffix_search=compile_suffix_regex(defaults.suffixes).search,
            infix_finditer=compile_infix_regex(defaults.infixes).finditer,
            token_match=defaults.token_match,
            url_match=defaults.url_match,
        )

    return create


def _exceptions() -> dict[str, list[dict[int, str]]]:
    exceptions = {
        text: tokens for text, tokens in BASE_EXCEPTIONS.items() if text not in _ENDS_A_SENTENCE
    }
    for word in load_abbreviations():
        for spelling in (word, word.capitalize(), word.upper()):
            exceptions[spelling] = [{ORTH: spelling}]
    for word in _SHORTENED:
        for spelling in (word, word.replace("'", "’")):
            exceptions[spelling] = [{ORTH: spelling}]
    return exceptions
