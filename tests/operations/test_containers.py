"""Dockerfile, compose.yaml, Procfile and the proxy's file agree with each other and with the settings."""

import fnmatch
import re
import subprocess
from typing import Any

import pytest
from flask import Flask

from b24app.operator_settings import DEMANDED
from b24app.settings import Settings
from tests.operations.containers import (
    ROOT,
    Stage,
    copied,
    directives,
    read_compose,
    read_dockerfile,
    read_procfile,
    read_proxy,
)

OURS = ("release", "web", "worker")
NAMES = {
    str(one.validation_alias) if one.validation_alias else f"B24APP_{name.upper()}": one
    for name, one in Settings.model_fields.items()
}


@pytest.fixture
def stages() -> dict[str, Stage]:
    return read_dockerfile()


@pytest.fixture
def services() -> dict[str, Any]:
    return read_compose()["services"]


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


def image_of(service: dict[str, Any], stages: dict[str, Stage]) -> Stage:
    return stages[service["build"]["target"]]


@pytest.mark.parametrize("name", OURS)
def test_a_container_runs_what_the_procfile_says(
    stages: dict[str, Stage], services: dict[str, Any], name: str
):
    put, command = read_procfile()[name]
    stage = image_of(services[name], stages)
    assert services[name].get("command", stage.command) == command
    assert put.items() <= stage.settings.items()


@pytest.mark.parametrize("name", OURS)
def test_our_containers_run_as_a_plain_user_over_files_they_cannot_change(
    stages: dict[str, Stage], services: dict[str, Any], name: str
):
    service = services[name]
    user = image_of(service, stages).last("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert (service.get("user"), service["read_only"], service["cap_drop"]) == (None, True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True
    assert service["tmpfs"][0].startswith("/tmp:")  # noqa: S108
    assert [rest for rest in image_of(service, stages).all_of("COPY") if "--chown" in rest] == []


def test_the_proxy_runs_as_a_plain_user_too(services: dict[str, Any]):
    proxy = services["proxy"]
    assert (proxy["user"], proxy["read_only"], proxy["cap_drop"]) == ("101:101", True, ["ALL"])
    assert {path.split("/")[1] for path in directives(r"\w+_temp_path")} == {"tmp"}
    assert directives("pid") == ["/tmp/nginx.pid"]  # noqa: S108


def test_packages_come_from_the_lock_with_hashes(stages: dict[str, Stage]):
    installs = [rest for stage in stages.values() for rest in stage.all_of("RUN") if "pip install" in rest]
    assert len(set(installs)) == 1
    assert "--require-hashes -r requirements/app.txt" in installs[0]
    assert "requirements/app.txt requirements/app.txt" in stages["packages"].all_of("COPY")
    assert {stages[name].base for name in ("web", "worker")} == {"runtime"}


def test_the_image_has_the_system_libraries_of_the_provision(stages: dict[str, Stage]):
    provision = (ROOT / "tools" / "provision.sh").read_text()
    needed = {word for line in re.findall(r'need="\$need ([^"]+)"', provision) for word in line.split()}
    installed = set(" ".join(stages["runtime"].all_of("RUN")).split())
    for_tests = {"chromium", "openssh-server", "python3-venv", "hunspell", "hunspell-ru"}
    assert needed - for_tests <= installed
    assert "libpango-1.0-0" in needed


def test_the_image_has_the_python_that_the_project_names(stages: dict[str, Stage]):
    oldest = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text())
    assert oldest
    assert {stages[name].base for name in ("packages", "runtime")} == {f"python:{oldest[1]}-slim-bookworm"}


def test_ports_agree(stages: dict[str, Stage], services: dict[str, Any]):
    port = str(NAMES["PORT"].default)
    assert (stages["web"].last("EXPOSE"), stages["web"].settings["PORT"]) == (port, port)
    assert re.findall(r"http://web:(\d+)", read_proxy()) == [port]
    listened = {line.split()[0] for line in directives("listen")}
    assert {each.partition(":")[2] for each in services["proxy"]["ports"]} == listened
    assert [name for name, one in services.items() if "ports" in one] == ["proxy"]


def test_health_is_asked_where_the_application_answers(
    app: Flask, stages: dict[str, Stage], services: dict[str, Any]
):
    paths = {rule.rule for rule in app.url_map.iter_rules()}
    asked = re.search(r"'(/health/\w+)'", stages["web"].health[-1])
    assert asked
    assert asked[1] in paths
    assert stages["worker"].last("HEALTHCHECK") == "NONE"
    assert services["proxy"]["healthcheck"]["test"][-1].endswith("/proxy/live")
    assert "location = /proxy/live" in read_proxy()


def test_compose_waits_for_what_reports_its_health(stages: dict[str, Stage], services: dict[str, Any]):
    for service in services.values():
        for name, wish in service.get("depends_on", {}).items():
            other = services[name]
            if wish["condition"] == "service_healthy":
                assert "healthcheck" in other or image_of(other, stages).health
            else:
                assert (wish["condition"], other["restart"]) == ("service_completed_successfully", "no")


def test_a_stop_waits_longer_than_the_requests_under_way(services: dict[str, Any]):
    given = re.search(r"graceful_timeout = (\d+)", (ROOT / "gunicorn.conf.py").read_text())
    assert given
    assert seconds(services["web"]["stop_grace_period"]) > int(given[1])
    assert seconds(services["worker"]["stop_grace_period"]) > seconds(services["web"]["stop_grace_period"])


@pytest.mark.parametrize("name", OURS)
def test_compose_sets_only_settings_there_are_and_no_secrets(services: dict[str, Any], name: str):
    given = services[name]["environment"]
    assert set(given) <= set(NAMES)
    assert [each for each in given if "SecretStr" in str(NAMES[each].annotation)] == []
    assert {"source": "settings", "target": "/srv/app/.env"} in services[name]["secrets"]


def test_the_file_of_settings_lies_where_the_application_looks_for_it(stages: dict[str, Stage]):
    assert Settings.model_config["env_file"] == ".env"
    assert stages["runtime"].last("WORKDIR") == "/srv/app"


def test_the_example_names_every_setting_that_must_be_given_and_gives_none():
    lines = (ROOT / "deploy" / "settings.env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]", line))
    optional = {line[1:].partition("=")[0] for line in lines if re.match(r"#[A-Z0-9_]+=", line)}
    required = {name for name, one in NAMES.items() if one.is_required()} | {
        f"B24APP_{name.upper()}" for name in DEMANDED
    }
    assert set(given) == required | {"B24APP_DATABASE_URL"}
    assert set(given.values()) == {""}
    assert optional <= set(NAMES)


def test_the_proxy_that_compose_runs_is_the_one_the_settings_believe(services: dict[str, Any]):
    front = read_compose()["networks"]["front"]["ipam"]["config"][0]["subnet"]
    web = services["web"]["environment"]
    assert (web["B24APP_PROXIES"], web["B24APP_FORWARDED_ALLOW_IPS"]) == ("1", front)
    headers = dict(line.split(None, 1) for line in directives("proxy_set_header"))
    assert (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]) == ("$remote_addr", "$scheme")
    assert {headers[f"X-Forwarded-{name}"] for name in ("Host", "Port", "Prefix")} == {'""'}


def test_the_proxy_reads_a_request_whole_and_no_larger_than_the_application(app: Flask):
    assert directives("client_max_body_size") == [f"{app.config['MAX_CONTENT_LENGTH'] // 1024**2}m"]
    assert (directives("proxy_request_buffering"), directives("proxy_buffering")) == (["on"], ["on"])
    for name in ("client_header", "client_body", "send", "keepalive"):
        assert len(directives(f"{name}_timeout")) == 1
    assert directives("server_tokens") == ["off"]


def test_the_proxy_writes_down_no_query_and_no_token_of_a_path():
    [line] = directives("log_format")
    spoken = set(re.findall(r"\$(\w+)", line))
    assert (
        spoken & {"request", "request_uri", "uri", "document_uri", "args", "query_string", "http_referer"}
        == set()
    )
    assert not [name for name in spoken if name.startswith(("arg_", "http_", "cookie_", "sent_http_"))]
    assert directives("error_log") == ["stderr alert"]  # lower levels quote the request
    assert '"~^(?<first>/[^/]*)" $first;' in read_proxy()


def test_the_store_and_the_queue_are_reached_by_ours_alone(services: dict[str, Any]):
    networks = read_compose()["networks"]
    assert networks["data"] == {"internal": True}
    assert {name for name, one in services.items() if "data" in one["networks"]} == {
        *OURS,
        "database",
        "queue",
    }
    assert {"outside", "front"} & set(services["worker"]["networks"])  # portals are on the internet


def test_what_the_image_copies_is_there_and_nothing_else_is_sent(stages: dict[str, Stage]):
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    wanted = {path for stage in stages.values() for path in copied(stage)}
    assert sent == wanted
    assert [path for path in wanted if not (ROOT / path).exists()] == []


def test_secrets_of_compose_are_kept_out_of_git():
    ignored = [line for line in (ROOT / ".gitignore").read_text().splitlines() if line.startswith("/deploy/")]
    for secret in read_compose()["secrets"].values():
        path = secret["file"].removeprefix(".")
        assert any(fnmatch.fnmatch(path, pattern) for pattern in ignored), path
    kept = subprocess.run(["git", "ls-files", "deploy"], cwd=ROOT, capture_output=True, text=True, check=True)
    apart = {
        one for one in kept.stdout.split() if one.split("/")[1] not in {"systemd", "prometheus", "grafana"}
    }
    assert apart <= {"deploy/nginx.conf", "deploy/nginx-site.conf", "deploy/settings.env.example"}
