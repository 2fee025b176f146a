"""Lengths, dates and moments in Dutch text.

The words are read by :mod:`~bot.language.times.words` and put together by
:mod:`~bot.language.times.grammar`; what they mean is told by the words around them
(:mod:`~bot.language.times.mentions`): "zes weken" is a stay, "17 jaar" an age.
"""

from bot.language.times.mentions import TimeMention, find_times, numbers_in

__all__ = ["TimeMention", "find_times", "numbers_in"]
