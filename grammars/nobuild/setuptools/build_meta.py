"""A build backend that builds nothing.

pip asks a source archive's backend for the package's metadata before it keeps
the archive. Put in front of the real setuptools on PYTHONPATH, this module
answers from the PKG-INFO that every source archive carries, so that no code of
the archive runs and nothing but the archive is fetched.
"""

import os
import shutil
import sys
from email import message_from_string


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    with open("PKG-INFO", encoding="utf-8") as file:
        head = message_from_string(file.read())
    folder = "{}-{}.dist-info".format(head["Name"].replace("-", "_"), head["Version"])
    os.makedirs(os.path.join(metadata_directory, folder))
    shutil.copy("PKG-INFO", os.path.join(metadata_directory, folder, "METADATA"))
    return folder


# The name under which pip reaches setuptools for archives that name no backend.
__legacy__ = sys.modules[__name__]
