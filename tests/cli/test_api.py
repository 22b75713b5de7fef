"""The commands for other software, as people run them."""

import re
from pathlib import Path

from tests.cli.test_commands import done


def test_keys_are_made_listed_and_taken_back(tmp_path: Path) -> None:
    env = {"TELESESSION_DATA_DIR": str(tmp_path)}
    add = ("api-key", "add", "--name", "Records", "--scope", "appointments:read", "--scope", "patients:read")
    assert done(*add, env=env).returncode == 1, "there is no clinic yet"
    done("migrate", env=env)

    made = done(*add, env=env).stdout
    key = re.findall(r"^key +(\S+)$", made, re.MULTILINE)[0]
    secret = re.findall(r"^secret +(tsk_\S{43})$", made, re.MULTILINE)[0]
    listed = done("api-key", "list", env=env).stdout
    assert re.fullmatch(rf"{key}  opens    never used         appointments:read,patients:read  Records\n", listed)
    assert secret not in listed

    assert done("api-key", "revoke", key, env=env).stdout == "Revoked.\n"
    assert "revoked" in done("api-key", "list", env=env).stdout
    assert done("api-key", "revoke", "nothing", env=env).returncode == 1
    assert done("api-key", "add", "--name", "x", "--scope", "everything", env=env).returncode == 2
    assert "api-key" in done("--help").stdout
