"""The providers of this installation, by channel. Where there is none, messages wait."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, current_app

from school_erp.messages.channels.provider import Parcel, Provider
from school_erp.messages.channels.sms import SmsApi
from school_erp.messages.channels.smtp import Smtp
from school_erp.messages.vocabulary import Channel


def init_app(app: Flask) -> None:
    base, found = app.config["BASE_URL"], dict[Channel, Provider]()

    def callback_url(parcel: Parcel) -> str:
        return f"{base}{callback_path(parcel.school_id, parcel.message_id)}"

    if app.config["SMS_URL"]:
        found[Channel.SMS] = SmsApi(app.config["SMS_URL"], app.config["SMS_FROM"], callback_url)
    if app.config["SMTP_URL"]:
        found[Channel.EMAIL] = Smtp(app.config["SMTP_URL"], app.config["MAIL_FROM"])
    app.extensions["providers"] = found


def callback_path(school_id: object, message_id: object) -> str:
    return f"/hooks/sms/{school_id}/{message_id}"


def providers() -> Mapping[Channel, Provider]:
    found: Mapping[Channel, Provider] = current_app.extensions["providers"]
    return found
