"""
What a reader types, understood: ``understand(text, language=…)``.

``letters`` cuts text into words and reads keys; ``words`` are what curators teach; ``vocabulary`` is what the catalogue
has; ``places`` knows names old and new; ``reading`` and ``understanding`` put them together; ``tsquery`` asks
PostgreSQL; ``marking`` shows what was found.
"""

from courses.queries.asked.model import Asked, AskedFilter, AskedPlace, How, Phrase
from courses.queries.asked.understanding import understand

__all__ = ["Asked", "AskedFilter", "AskedPlace", "How", "Phrase", "understand"]
