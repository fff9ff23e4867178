"""Reads VHD files by a library that knows nothing of the lab, and tells what it found, one line of JSON for each."""
import hashlib
import json
import sys

from dissect.hypervisor.disk.vhd import VHD, FixedDisk

for path in sys.argv[1:]:
    with open(path, "rb") as file:
        disk = VHD(file)
        footer = disk.disk.footer
        digest = hashlib.sha256()
        if disk.size <= 1 << 30:
            while piece := disk.read(1 << 24):
                digest.update(piece)
        print(
            json.dumps(
                {
                    "fixed": isinstance(disk.disk, FixedDisk),
                    "cookie": footer.cookie.decode(),
                    "size": disk.size,
                    "originalSize": footer.original_size,
                    "version": footer.version,
                    "type": footer.disk_type,
                    "sha256": digest.hexdigest(),
                }
            )
        )
