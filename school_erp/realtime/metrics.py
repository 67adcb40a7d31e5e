from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

SOCKETS = Gauge("school_erp_sockets", "Sockets connected to this process")
ROOMS = Gauge("school_erp_rooms", "Rooms in which this process has a socket")
EVENTS = Counter("school_erp_events", "Events announced by this process", ["type", "published"])
LAG_SECONDS = Histogram(
    "school_erp_event_lag_seconds",
    "From the commit of a change until a process has handed its event to its sockets",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
REPLAYS = Counter(
    "school_erp_replays", "Questions for what was missed, by what was answered", ["answer"]
)
REFUSALS = Counter(
    "school_erp_socket_refusals", "Connections and messages of sockets refused", ["code"]
)
