"""The extensions, made unbound, once; `create_app` binds them."""

from __future__ import annotations

from flask_babel import Babel
from flask_jwt_extended import JWTManager
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy

from school_erp.core.models import Model
from school_erp.core.openapi import Api
from school_erp.core.tenancy import follow

db = SQLAlchemy(model_class=Model, session_options={"autoflush": False, "expire_on_commit": False})
follow(db.session)
jwt = JWTManager()
babel = Babel()
api = Api()
socketio = SocketIO()
