"""python -m foreshot: runs the program that was installed with this package."""

import os
import subprocess
import sys
import sysconfig


def find_program():
    name = "foreshot" + (sysconfig.get_config_var("EXE") or "")
    package = os.path.dirname(os.path.realpath(__file__))
    user_scheme = {"nt": "nt_user"}.get(os.name, "posix_user")
    if sys.platform == "darwin" and sys._framework:
        user_scheme = "osx_framework_user"
    folders = [
        sysconfig.get_path("scripts"),
        # A virtual environment that sees its base's packages has scripts of its own.
        sysconfig.get_path("scripts", vars={"base": sys.base_prefix}),
        # pip install --target puts scripts beside the packages.
        os.path.join(os.path.dirname(package), "bin"),
        # A prefix that this interpreter was not told about: lib/python3.x/site-packages/foreshot.
        os.path.join(package, *[os.pardir] * 4, "bin"),
        sysconfig.get_path("scripts", scheme=user_scheme),
    ]
    for folder in folders:
        program = os.path.join(folder, name)
        if os.path.isfile(program):
            return os.path.normpath(program)
    raise SystemExit("foreshot: the program is not where it was installed; looked in " + ", ".join(folders))


def main():
    command = [find_program(), *sys.argv[1:]]
    if os.name == "nt":
        # exec on Windows returns to the shell at once.
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
