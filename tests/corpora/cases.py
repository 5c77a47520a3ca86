#!/usr/bin/env python3
"""Checks places of the corpora that are easy to get wrong, one by one.

usage: cases.py FORESHOT FOLDER

A case is a file of a package and what must be said of its lines: `says` (at these lines these codes), `silent` (at these
lines none of these codes; "*" for lines means the whole file). A file that a case names has to be read: its revisions are
in the graph and nothing crashes. Packages that pins.tsv does not name are left out.
"""

import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import fetch  # noqa: E402

LOCKS = "MIG1"  # a prefix stands for its codes
REWRITES = "MIG2"

# number, package, end of the path, {line: codes to be said}, {line or (first, last) or "*": codes that must not be said}
CASES = (
    # Wrappers, and where the operation comes from
    (3, "galaxy-data", "galaxy/model/migrations/util.py", {}, {"*": ("MIG1", "MIG2", "MIG7")}),
    (4, "galaxy-data", "3af58c192752_implement_sample_sheets.py", {}, {"*": ("MIG4", "MIG1", "MIG3")}),
    (5, "dagster", "037_d9092588866f_add_primary_key_cols.py", {52: "MIG706"}, {25: ("MIG210",), (40, 45): ("MIG",)}),
    (6, "neutron", "expand/175fa80908e1_add_numa_policy_socket.py", {}, {"*": ("MIG",)}),
    (7, "rucio", "1803333ac20f_adding_provenance_and_phys_group.py", {}, {"*": ("MIG",)}),
    (8, "ckan", "versions/040_500a08f4818e_reset_key_on_user.py", {}, {"*": ("MIG",)}),
    (10, "mlflow", "1b5f0d9ad7c1_add_workspace_columns_and_catalog.py", {243: "MIG101", 462: "MIG107", 482: "MIG108", 491: "MIG104"},
     {"*": ("MIG210", "MIG301")}),
    (11, "apache-airflow-core", "airflow/migrations/utils.py", {}, {"*": ("MIG712",)}),
    # Loops, constants, text building
    (12, "backend-ai-manager", "9c1d4a7b62e0_add_uuid_to_resource_policies.py", {42: "MIG201", 45: "MIG107"}, {"*": ("MIG301",)}),
    (13, "ckan", "versions/016_37ada738328e_uuids_everywhere.py", {57: "MIG302", 68: "MIG105"}, {}),
    (14, "zou", "e5a2c7d9b1f4_add_client_access_settings.py", {36: "MIG125"}, {"*": ("MIG2", "MIG3", "MIG4", "MIG5", "MIG6", "MIG7")}),
    (15, "backend-ai-manager", "e4a91c05df38_tighten_keypairs_columns.py", {88: "MIG111"}, {"*": ("MIG602", "MIG611")}),
    (16, "indico", "20251216_0014_577e564cf0ae_add_internal_name_to_form_fields.py",
     {35: "MIG101", 38: "MIG106", 50: "MIG106", 45: "MIG601"}, {"*": ("MIG712",)}),
    (17, "rucio", "d23453595260_extend_request_state_for_preparer.py", {49: "MIG205", 53: "MIG205"}, {"*": ("MIG106", "MIG712")}),
    (18, "c2cgeoportal-commons", "static/53d671b17b20_add_timezone_on_datetime_fields.py", {57: "MIG205"},
     {"*": ("MIG712",), 55: ("MIG2",)}),
    (19, "c2cgeoportal-commons", "main/9268a1dffac0_add_trigger_to_be_able_to_correctly_.py", {}, {"*": ("MIG6", "MIG712")}),
    (20, "zou", "c3e9a7d1f5b2_align_project_template_constraints.py", {59: "MIG107"}, {"*": ("MIG712",)}),
    (21, "ckan", "versions/105_4a5e3465beb6_autogenerate_sync.py", {26: "MIG104"}, {(60, 90): ("MIG",)}),
    (22, "argilla-server", "580a6553186f_add_datasets_users_table.py", {}, {"*": ("MIG101", "MIG712", "MIG601")}),
    (23, "apache-airflow-core", "0049_3_0_0_remove_pickled_data_from_xcom_table.py", {62: "MIG601"}, {"*": ("MIG602", "MIG712")}),
    # Offline, inspectors, dialects
    (24, "apache-airflow-core", "0049_3_0_0_remove_pickled_data_from_xcom_table.py", {}, {(255, 285): ("MIG4", "MIG606")}),
    (25, "apache-airflow-core", "0032_3_0_0_rename_execution_date_to_logical_date_and_nullable.py",
     {49: "MIG304", 59: "MIG107", 64: "MIG304"}, {"*": ("MIG606",)}),
    (26, "faradaysec", "9f826327658a_cloud_agents.py", {63: "MIG402"}, {"*": ("MIG101", "MIG401")}),
    (27, "mcp-contextforge-gateway", "a7f3c9e1b2d4_add_title_to_tools_resources_prompts.py", {}, {"*": ("MIG3", "MIG710")}),
    (28, "langflow-base", "b4c2f8e9a1d3_ensure_message_ingestion_record_message_fk.py", {}, {"*": ("MIG104",)}),
    (29, "langflow-base", "f2a7c9e4b681_adopt_utc_datetime_storage.py", {64: "MIG126", 66: "MIG208"}, {"*": ("MIG712", "MIG710")}),
    (30, "quetz-server", "a80fb051a659_create_tables.py", {}, {"*": ("REV",)}),
    # Indexes and transactions
    (31, "prefect", "50737cdaee36_add_event_resources_event_id_index.py", {}, {"*": ("MIG", "REV")}),
    (32, "prefect", "605ebb4e9155_add_flow_run_state_name.py", {23: "MIG402"}, {"*": ("MIG101", "MIG401")}),
    (33, "arize-phoenix", "f1a6b2f0c9d5_add_span_session_id_index.py", {109: "MIG101"}, {"*": ("MIG401",)}),
    (34, "arize-phoenix", "eaf1907ae453_add_composite_index_on_project_sessions_.py", {163: "MIG101"}, {"*": ("MIG413", "MIG712", "MIG401")}),
    (35, "langflow-base", "a1b2c9d3e4f5_index_message_history_reads.py", {}, {"*": ("MIG101", "MIG401")}),
    (36, "bodhi-server", "190ba571c7d2_remove_the_batching_request_state.py", {36: "MIG403", 51: "MIG211", 54: "MIG211"}, {}),
    (37, "tiled", "a86a48befff6_optimize_node_deletion.py", {110: "MIG112", 117: "MIG112", 124: "MIG112"}, {"*": ("MIG104", "MIG126")}),
    (38, "apache-airflow-core", "0042_3_0_0_add_uuid_primary_key_to_task_instance_.py", {237: "MIG308", 281: "MIG107", 282: "MIG108"},
     {"*": ("ORM102",)}),
    # Columns, defaults, types
    (39, "mwdb-core", "e3241d250d0c_add_group_admin_column_to_member_table.py", {21: "MIG603", 22: "MIG111"}, {"*": ("MIG301", "MIG602")}),
    (40, "backend-ai-manager", "85984c98b90f_update_endpoint_and_routing_table.py",
     {52: "MIG301 MIG105", 58: "MIG301 MIG105", 83: "MIG301 MIG107"}, {79: ("MIG",), (90, 100): ("MIG",)}),
    (41, "backend-ai-manager", "71cb16a7a9c5_derive_idle_checker_type_from_spec.py", {25: "MIG203"}, {"*": ("MIG301", "MIG710")}),
    (42, "fittrackee", "59_fed271354410_add_geometry_and_points_to_segments.py", {25: "MIG201", 28: "MIG101", 29: "MIG107", 30: "MIG107"},
     {24: ("MIG",)}),
    (43, "fittrackee", "75_c9d5209ffbcd_add_media.py", {22: "MIG128"}, {"*": ("MIG2", "MIG3", "MIG4", "MIG5", "MIG6", "MIG7")}),
    (44, "faradaysec", "0d216660da28_add_notification_table.py", {}, {"*": ("MIG301", "MIG104", "MIG704", "MIG505")}),
    (45, "fittrackee", "06_5a42db64e872_add_static_map_url_to_activity_table.py", {22: "MIG107", 28: "MIG505"}, {}),
    (46, "indico", "20190821_1515_eefba82b42c5_add_track_groups_table.py", {31: "MIG101", 32: "MIG104"}, {26: ("MIG101",)}),
    # The graph
    (47, "neutron", "newton/contract/7d9d8eeec6ad_rename_tenant_to_project.py", {}, {"*": ("REV",)}),
    (48, "invenio-accounts", "843bc79c426f_create_accounts_branch.py", {}, {"*": ("REV",)}),
    (49, "invenio-accounts", "037afe10e9ff_add_user_moderation_fields.py", {}, {"*": ("REV",)}),
    (50, "apache-airflow-core", "0042_3_0_0_add_uuid_primary_key_to_task_instance_.py", {}, {"*": ("REV101", "REV102")}),
    (51, "zou", "versions/0001_squash_pre_1_0_0.py", {}, {"*": ("REV",)}),
    (52, "mlflow", "auth/db/migrations/versions/a1b2c3d4e5f6_add_gateway_permissions.py", {}, {"*": ("REV",)}),
    (53, "backend-ai-manager", "a7d2c9e41b58_give_roles_their_scope.py", {333: "MIG111"}, {"*": ("SYN", "REV")}),
    (54, "magnum", "049f81f6f584_remove_ssh_authorized_key_from_baymodel.py", {32: "MIG302"}, {"*": ("MIG501",)}),
    # Data and mappings inside revisions
    (56, "optuna", "alembic/versions/v1.3.0.a.py", {}, {"*": ("MIG605", "MIG707")}),
    (58, "lemur", "3307381f3b88_.py", {}, {(60, 80): ("MIG602", "MIG712")}),
    # Application code
    (59, "apache-airflow-core", "airflow/models/serialized_dag.py", {192: "ORM101"}, {(186, 191): ("ORM102",)}),
    (60, "bodhi-server", "bodhi/server/util.py", {}, {1315: ("ORM",)}),
    (61, "mcp-contextforge-gateway", "mcpgateway/db.py", {}, {(780, 830): ("ORM",)}),
    (62, "fittrackee", "equipments/utils.py", {159: "ORM102", 176: "ORM102"}, {}),
    (63, "indico", "surveys/controllers/management/results.py", {}, {}),
    (64, "indico", "rb/operations/blockings.py", {}, {121: ("ORM101",)}),
)


def run(foreshot: str, folder: pathlib.Path) -> dict:
    done = subprocess.run([foreshot, "check", "--isolated", "--all-revisions", "--output-format", "json", "."], cwd=folder,
                          capture_output=True, timeout=120, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{folder.name}: exit {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")
    return json.loads(done.stdout)


def covers(lines, line: int) -> bool:
    if lines == "*":
        return True
    first, last = lines if isinstance(lines, tuple) else (lines, lines)
    return first <= line <= last


def check(case, findings: list, folder: pathlib.Path) -> list[str]:
    number, package, ending, says, silent = case
    files = [path for path in folder.rglob("*.py") if path.relative_to(folder).as_posix().endswith(ending)]
    if len(files) != 1:
        return [f"case {number}: {package}: {len(files)} files end in {ending}"]
    path = files[0].relative_to(folder).as_posix()
    here = [(f["start"]["line"], f["code"], f["message"]) for f in findings if f["path"] == path]
    failures = []
    for line, codes in says.items():
        for code in codes.split():
            if not any(at == line and said == code for at, said, _ in here):
                failures.append(f"case {number}: {package}/{path}:{line}: {code} is not said")
    for lines, codes in silent.items():
        for at, said, message in here:
            if covers(lines, at) and said.startswith(codes):
                failures.append(f"case {number}: {package}/{path}:{at}: {said} is said: {message}")
    return failures


def main() -> int:
    foreshot, folder = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    pinned = fetch.pins()
    packages = {package for _, package, *_ in CASES if package in pinned}
    fetch.need(folder, packages)
    documents = {package: run(foreshot, folder / package)["findings"] for package in sorted(packages)}
    failures = []
    for case in CASES:
        failures += check(case, documents[case[1]], folder / case[1])
    # Two heads by design, ids that are unique in their tree only, folders that are not on the version path.
    for package in ("neutron", "mlflow", "zou", "backend-ai-manager", "invenio-accounts", "quetz-server"):
        for finding in documents[package]:
            if finding["code"] in ("REV101", "REV102", "REV103", "REV104"):
                failures.append(f"{package}: {finding['path']}: {finding['code']}: {finding['message']}")
    # No revision of this tree has a downgrade: one finding, not one for each.
    habits = [f for f in documents["magnum"] if f["code"] == "MIG501"]
    if len(habits) != 1:
        failures.append(f"magnum: {len(habits)} findings of MIG501 instead of one for the tree")
    print(f"{len(CASES)} cases in {len(packages)} packages")
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
