"""RQ plumbing: queues, workers, what runs by the clock. It knows no feature."""
