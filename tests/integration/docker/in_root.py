# SPDX-License-Identifier: Apache-2.0
#
# usage: in_root.py ROOT WORKDIR UID:GID WORDS...
# Becomes the program WORDS within ROOT, in WORKDIR, as that user and without other groups, with PATH as images have it and
# the environment as it is: what an engine does with an image, as far as a test needs it.
import os
import sys
import warnings  # noqa: F401 - os.execvp imports it, and ROOT has no Python

root, workdir, user, *words = sys.argv[1:]
uid, gid = (int(part) for part in user.split(":"))
os.chroot(root)
os.chdir(workdir)
os.setgroups([])
os.setgid(gid)
os.setuid(uid)
os.environ["PATH"] = "/usr/local/bin:/usr/bin:/bin"
os.execvp(words[0], words)
