"""By what an adult can be reached, as parts of statements about `adult`."""

from __future__ import annotations

# people are written to where they want it, else where it reaches them, else not at all
CHANNELS = """
    unnest(CASE
        WHEN adult.message_channel = 'both' AND by.sms AND by.email THEN '{sms,email}'
        WHEN by.sms AND (adult.message_channel IS DISTINCT FROM 'email' OR NOT by.email)
        THEN '{sms}'
        WHEN by.email THEN '{email}' ELSE '{}' END :: text[])"""

REACHED_BY = """
    CROSS JOIN LATERAL (
        SELECT adult.phone IS NOT NULL AND adult.phone_bad_since IS NULL AS sms,
               adult.email IS NOT NULL AND adult.email_bad_since IS NULL AS email) AS by"""
