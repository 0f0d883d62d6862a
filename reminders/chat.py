"""A message as chats can show it: words only, no longer than the service takes."""

from collections.abc import Mapping

from reminders.message import Message
from reminders.targets import TEAMS, TELEGRAM, ZALO
from schemas.texts import Texts

# Letters of text, with room for the title and for signs that a service writes longer than they are.
LONGEST: Mapping[str, int] = {TELEGRAM: 3000, TEAMS: 5000, ZALO: 1600}


def chat_text(message: Message, texts: Texts) -> str:
    """Give the words of a message, cut between two lines if need be; files are named, no chat carries them."""
    closing = [texts("delivery.chat.files", files=", ".join(path.name for path in message.attachments))]
    closing = closing if message.attachments else []
    whole = "\n".join([message.text.rstrip(), *closing])
    limit = LONGEST.get(message.channel)
    if limit is None or len(whole) <= limit:
        return whole
    closing.append(texts("delivery.chat.cut", number=message.number))
    room = limit - sum(len(line) + 1 for line in closing)
    kept = message.text[: max(0, room)].rpartition("\n")[0]
    return "\n".join([kept.rstrip(), *closing])
