"""`flask admin`: how a school gets its first administrator, or one more when all are away."""

from __future__ import annotations

import click
from click.core import ParameterSource
from flask import current_app
from flask.cli import AppGroup

from school_erp.accounts.actions.opening import issue_link, open_account
from school_erp.accounts.addresses import link_url
from school_erp.accounts.models import Account
from school_erp.accounts.passwords import hash_password_now, refuse_weak
from school_erp.core.commands import checked, operated
from school_erp.core.tenancy import acting_for
from school_erp.extensions import db
from school_erp.people.actions.people import add_person
from school_erp.people.models import Person
from school_erp.people.schemas import NewPersonBody
from school_erp.schools.models import School
from school_erp.schools.queries import school_called
from school_erp.schools.roles import Role

admin = AppGroup("admin", help="Administrators of a school.")

ASK = ""


def _never_an_argument(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> str | None:
    typed = context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE
    if typed and value != ASK:
        raise click.BadParameter(
            "others on this machine can read arguments. Give --password alone to be asked, "
            "or set ADMIN_PASSWORD."
        )
    if typed:
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return value


@admin.command()
@click.option("--school", "slug", required=True, help="The school's short name.")
@click.option("--given-name", required=True)
@click.option("--family-name", required=True)
@click.option("--email")
@click.option("--login", help="Proposed from the name where it is left out.")
@click.option(
    "--password",
    is_flag=False,
    flag_value=ASK,
    envvar="ADMIN_PASSWORD",
    callback=_never_an_argument,
    help="Ask for a password (or take ADMIN_PASSWORD); otherwise a one-time link is printed.",
)
@operated
def create(slug: str, login: str | None, password: str | None, **given: str | None) -> None:
    """Add an administrator to a school, with a sign-in."""
    school = school_called(slug)
    body = checked(NewPersonBody, {**given, "role": str(Role.ADMIN)})
    with acting_for(school.id, db.session()):
        person = add_person(school.id, body)
        account = open_account(person, login)
        click.echo(f"{person.name} signs in to {school.slug} as {account.login}.")
        if password is not None:
            _set_password(school, person, account, password)
        else:
            _tell_link(account)


def _set_password(school: School, person: Person, account: Account, password: str) -> None:
    known = (school.slug, school.name, account.login, person.given_name, person.family_name)
    refuse_weak("password", password, known)
    account.password_hash = hash_password_now(password)
    db.session.flush()


def _tell_link(account: Account) -> None:
    link = issue_link(account)
    with current_app.test_request_context(base_url=current_app.config["BASE_URL"]):
        click.echo(f"Choose a password, until {link.expires_at:%Y-%m-%d %H:%M} UTC, at")
        click.echo(link_url(link.token))
