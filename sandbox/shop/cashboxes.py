"""Cash registers and the handler another application added for them."""

from sandbox.rest.table import Row, Table


def cashboxes() -> Table:
    """Build two registers: the one that prints and a spare one that is switched off."""
    return Table(
        [_cashbox("1", "Онлайн-касса основная", "Y"), _cashbox("2", "Онлайн-касса запасная", "N")], key="ID"
    )


def _cashbox(number: str, name: str, active: str) -> Row:
    return {
        "ID": number,
        "NAME": name,
        "OFD": "bx_firstofd",
        "EMAIL": "kassa@lavka.example",
        "DATE_CREATE": {},
        "DATE_LAST_CHECK": None,
        "NUMBER_KKM": f"000000000{number}",
        "KKM_ID": None,
        "ACTIVE": active,
        "SORT": f"{int(number) * 100}",
        "USE_OFFLINE": "N",
        "ENABLED": "Y",
    }


def cashbox_handlers() -> Table:
    """Build the REST handler of a cloud register."""
    login = {"TYPE": "STRING", "REQUIRED": "Y", "LABEL": "Логин"}
    secret = {"TYPE": "STRING", "REQUIRED": "Y", "LABEL": "Пароль"}
    inn = {"TYPE": "STRING", "REQUIRED": "Y", "LABEL": "ИНН организации", "DISABLED": "N"}
    modes = {
        "TYPE": "ENUM",
        "LABEL": "Режим работы с кассой",
        "OPTIONS": {"ACTIVE": "боевой", "TEST": "тестовый"},
    }
    config = {
        "AUTH": {"LABEL": "Авторизация", "ITEMS": {"LOGIN": login, "PASSWORD": secret}},
        "COMPANY": {
            "LABEL": "Данные об организации",
            "ITEMS": {"INN": inn | {"MULTIPLE": "N", "MULTILINE": "N"}},
        },
        "INTERACTION": {"LABEL": "Настройки взаимодействия с кассой", "ITEMS": {"MODE": modes}},
    }
    settings = {
        "PRINT_URL": "https://chekprint.example/print",
        "CHECK_URL": "https://chekprint.example/check",
        "CONFIG": config,
        "SUPPORTS_FFD105": "Y",
    }
    row = {"ID": "1", "NAME": "Чекопринт", "CODE": "chekprint", "SORT": "200", "SETTINGS": settings}
    return Table([row], key="ID")
