"""The official client for Python against a served lab: from the collection to the restored disk."""
import sys
import urllib.request
import xml.etree.ElementTree

from azure.core.credentials import AccessToken, AccessTokenInfo
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.compute import ComputeManagementClient

URL, SUBSCRIPTION, GROUP, VM, DISK, SIZE = sys.argv[1:]


class Credential:
    """Never asked: the client sends tokens over https only, so this one sends none."""

    def get_token(self, *_scopes, **_options):
        return AccessToken("lab", 1 << 40)

    def get_token_info(self, *_scopes, **_options):
        return AccessTokenInfo("lab", 1 << 40)


client = ComputeManagementClient(
    Credential(), SUBSCRIPTION, base_url=URL, authentication_policy=SansIOHTTPPolicy(), retry_total=0, polling_interval=0
)

made = client.restore_point_collections.create_or_update(
    GROUP, "c", {"location": "eastus", "properties": {"source": {"id": VM}}}
)
assert made.properties.provisioning_state == "Succeeded", made
assert [each.name for each in client.restore_point_collections.list_all()] == ["c"]

point = client.restore_points.begin_create(GROUP, "c", "p1", {}).result()
assert point.properties.provisioning_state == "Succeeded", point
assert point.properties.consistency_mode == "FileSystemConsistent", point
seen = client.restore_points.get(GROUP, "c", "p1", expand="instanceView")
assert seen.properties.instance_view.statuses, seen

# A copy in another region says how far it is; nobody lets time pass here, so it stays where it is.
client.restore_point_collections.create_or_update(
    GROUP, "far", {"location": "westus", "properties": {"source": {"id": made.id}}}
)
copy = client.restore_points.begin_create(
    GROUP, "far", "p1", {"properties": {"sourceRestorePoint": {"id": point.id}}}
).result()
assert copy.properties.provisioning_state == "Succeeded", copy
view = client.restore_points.get(GROUP, "far", "p1", expand="instanceView").properties.instance_view
percents = [disk.replication_status["completionPercent"] for disk in view.disk_restore_points]
assert len(percents) == 2 and min(percents) < 100, percents
assert view.statuses[0].code == "ReplicationState/replicating", view
client.restore_point_collections.begin_delete(GROUP, "far").result()

disk_point = point.properties.source_metadata.storage_profile.data_disks[0].disk_restore_point.id
name = disk_point.rsplit("/", 1)[1]
granted = client.disk_restore_point.begin_grant_access(
    GROUP, "c", "p1", name, {"access": "Read", "durationInSeconds": 600}
).result()
reads = urllib.request.Request(granted.access_sas, method="HEAD")
with urllib.request.urlopen(reads) as head:
    assert int(head.headers["content-length"]) == int(SIZE) + 512
with urllib.request.urlopen(granted.access_sas + "&comp=pagelist") as listed:
    ranges = xml.etree.ElementTree.parse(listed).findall("PageRange")
    spans = [(int(each.find("Start").text), int(each.find("End").text)) for each in ranges]
assert spans == [(0, 10 * 65536 - 1), (int(SIZE), int(SIZE) + 511)], spans
try:
    client.restore_points.begin_delete(GROUP, "c", "p1").result()
    raise AssertionError("a point that an address reads was deleted")
except HttpResponseError as error:
    assert error.error.code == "DiskRestorePointUsedByCustomer", error
client.disk_restore_point.begin_revoke_access(GROUP, "c", "p1", name).result()
try:
    urllib.request.urlopen(reads)
    raise AssertionError("a revoked address was read")
except urllib.error.HTTPError as error:
    assert (error.code, error.headers["x-ms-error-code"]) == (403, "AuthenticationFailed"), error

restored = client.disks.begin_create_or_update(
    GROUP,
    "restored",
    {
        "location": "eastus",
        "properties": {"creationData": {"createOption": "Restore", "sourceResourceId": disk_point}},
    },
).result()
assert restored.properties.provisioning_state == "Succeeded", restored
assert restored.properties.disk_size_bytes == int(SIZE), restored

# A VM around disks that are restored from the point.
os_point = point.properties.source_metadata.storage_profile.os_disk.disk_restore_point.id
os_disk = client.disks.begin_create_or_update(
    GROUP,
    "os-restored",
    {
        "location": "eastus",
        "sku": {"name": "Premium_LRS"},
        "properties": {"creationData": {"createOption": "Restore", "sourceResourceId": os_point}},
    },
).result()
machine = client.virtual_machines.begin_create_or_update(
    GROUP,
    "vm2",
    {
        "location": "eastus",
        "properties": {
            "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
            "storageProfile": {
                "osDisk": {"createOption": "Attach", "osType": "Linux", "managedDisk": {"id": os_disk.id}},
                "dataDisks": [{"lun": 0, "createOption": "Attach", "managedDisk": {"id": restored.id}}],
            },
        },
    },
).result()
assert machine.properties.provisioning_state == "Succeeded", machine
running = client.virtual_machines.instance_view(GROUP, "vm2")
assert "PowerState/running" in [status.code for status in running.statuses], running
assert client.disks.get(GROUP, "restored").properties.disk_state == "Attached"
for wrong, code in [
    (lambda: client.restore_points.begin_create(GROUP, "absent", "p", {}).result(), "ParentResourceNotFound"),
    (lambda: client.restore_points.begin_create(GROUP, "c", "p1", {}).result(), "OperationNotAllowed"),
    (lambda: client.disks.begin_create_or_update(GROUP, "d", {"location": "eastus"}).result(), "InvalidParameter"),
    (lambda: client.disks.begin_delete(GROUP, "restored").result(), "OperationNotAllowed"),
]:
    try:
        wrong()
        raise AssertionError(f"{code} was expected")
    except HttpResponseError as error:
        assert error.error.code == code, error

client.restore_points.begin_delete(GROUP, "c", "p1").result()
client.restore_point_collections.begin_delete(GROUP, "c").result()
try:
    client.restore_point_collections.get(GROUP, "c")
    raise AssertionError("a deleted collection is there")
except ResourceNotFoundError as error:
    assert error.status_code == 404
print("captured, read, restored, deleted")
