# SPDX-License-Identifier: Apache-2.0
#
# usage: dockerfile.py DOCKERFILE WHAT
# Prints what a Dockerfile says, a word or path a line: `arg NAME` the words of an ARG; `user`; `workdir`; `env NAME`; the
# arrays of `entrypoint`, `cmd` and `healthcheck`, which must be in exec form; `copied` the sources of COPY from the context; `run N`
# the Nth RUN. Of the last stage, but for `arg`, `copied` and `run`.
import json
import re
import sys

path, what, *rest = sys.argv[1:]
text = re.sub(r"(?m)^\s*#.*\n", "", open(path).read())
instructions = [line.split(None, 1) for line in re.sub(r"\\\n\s*", "", text).splitlines() if line.strip()]
last = max(i for i, (word, _) in enumerate(instructions) if word == "FROM")


def all_of(word):
    return [value for name, value in instructions if name == word]


def final(word):
    (value,) = [value for name, value in instructions[last:] if name == word]
    return value


def exec_form(value):
    words = json.loads(value)
    assert isinstance(words, list) and all(isinstance(word, str) for word in words), value
    return words


if what == "arg":
    (value,) = [v.split("=", 1)[1] for v in all_of("ARG") if v.split("=", 1)[0] == rest[0]]
    out = value.strip('"').split()
elif what == "env":
    (out,) = [[v.split("=", 1)[1]] for v in all_of("ENV") if v.split("=", 1)[0] == rest[0]]
elif what in ("user", "workdir"):
    out = [final(what.upper())]
elif what in ("entrypoint", "cmd"):
    out = exec_form(final(what.upper()))
elif what == "healthcheck":
    out = exec_form(re.search(r"\bCMD\s+(\[.*\])", final("HEALTHCHECK")).group(1))
elif what == "copied":
    out = [word for value in all_of("COPY") if not value.startswith("--from") for word in value.split()[:-1]]
elif what == "run":
    out = [all_of("RUN")[int(rest[0])]]
else:
    sys.exit("what? " + what)
print("\n".join(out))
