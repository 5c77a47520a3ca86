"""The same answers under the other backend's name."""

from setuptools.build_meta import get_requires_for_build_wheel, prepare_metadata_for_build_wheel

__all__ = ["get_requires_for_build_wheel", "prepare_metadata_for_build_wheel"]
