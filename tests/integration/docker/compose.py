# SPDX-License-Identifier: Apache-2.0
#
# usage: compose.py COMPOSE_FILE command SERVICE
#        compose.py COMPOSE_FILE check VARIABLE...
# Reads a compose file as YAML. `command` prints a service's command, a word a line. `check` holds the file to what it promises:
# what it names exists, the server follows the job, both have a URL in every VARIABLE, and nothing runs with rights.
import json
import os
import re
import sys

import yaml

path, what, *rest = sys.argv[1:]
compose = yaml.safe_load(open(path))
services = compose["services"]
if what == "command":
    print("\n".join(services[rest[0]]["command"]))
    sys.exit()

assert set(services) == {"postgres", "migrate", "server"}, set(services)
postgres, migrate, server = (services[name] for name in ("postgres", "migrate", "server"))
folder = os.path.dirname(path)
for ours in (migrate, server):
    context = os.path.join(folder, ours["build"]["context"])
    assert os.path.isfile(os.path.join(context, ours["build"]["dockerfile"])), ours["build"]
    assert os.path.isfile(os.path.join(context, ".dockerignore"))
    assert ours["read_only"] is True and ours["cap_drop"] == ["ALL"], ours
    assert "no-new-privileges:true" in ours["security_opt"]
    assert "user" not in ours and "privileged" not in ours
    environment = ours["environment"]
    databases = []
    for variable in rest:
        url = environment[variable]
        match = re.fullmatch(r"postgresql://postgres@(\w+):5432/(\w+)", url)
        assert match and match.group(1) in services, url
        databases.append(match.group(2))
    assert len(set(databases)) == len(rest), databases
    assert environment["PGPASSWORD"] == postgres["environment"]["POSTGRES_PASSWORD"]
    assert ":?" in environment["PGPASSWORD"], "a password by default"
assert migrate["image"] == server["image"]
assert migrate["command"][:3] == ["migrate", "deploy", "--all"] and "--wait" in migrate["command"]
assert migrate["restart"] == "no"
assert "postgres" in migrate["depends_on"]
assert server["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
assert server["environment"]["ROWCALL_ON_DRIFT"] == "refuse"
assert all(port.startswith("127.0.0.1:") for port in server["ports"]), "open to the world"
dockerfile = open(os.path.join(folder, "Dockerfile")).read()
exposed = re.search(r"(?m)^EXPOSE (\d+)$", dockerfile).group(1)
assert all(port.split(":")[-1] == exposed for port in server["ports"])
listen = json.loads(re.search(r"(?m)^CMD (\[.*\])$", dockerfile).group(1))
assert listen[listen.index("--listen") + 1] == "tcp://0.0.0.0:" + exposed
for volume in postgres["volumes"]:
    assert volume.split(":")[0] in compose["volumes"], volume
