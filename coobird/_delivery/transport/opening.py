"""Choice of the engine for a place."""

from __future__ import annotations

from coobird._settings.transport import KafkaPlace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from coobird._delivery.transport.sent import Transport
    from coobird._settings.transport import Place


def open_transport(place: Place) -> Transport:
    """Return the transport to a place. It connects when it sends."""
    if isinstance(place, KafkaPlace):
        from coobird._delivery.transport.kafka import KafkaTransport

        return KafkaTransport(place)
    from coobird._delivery.transport.postgres import PostgresTransport

    return PostgresTransport(place)
