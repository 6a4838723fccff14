"""What a demo starts ends with it, also when the demo was killed while that was still loading."""

import os
import subprocess
import sys

import pytest

BEGIN = 'from jobs.parent_process import die_with_parent; die_with_parent({}); print("goes on")'


@pytest.mark.parametrize(('apart', 'said'), [(0, 'goes on\n'), (1, '')])
def test_a_process_whose_parent_has_ended_before_it_began_to_look_ends(apart: int, said: str) -> None:
    begun = subprocess.run(
        [sys.executable, '-c', BEGIN.format(os.getpid() + apart)], capture_output=True, text=True, check=False
    )
    assert (begun.returncode, begun.stdout, begun.stderr) == (0, said, '')
