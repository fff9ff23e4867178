//! What of page blobs is covered, as the page about it lists it.

use super::PART_HEADER;

/// A read that the storage service has and this one has too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoveredRead {
    /// Its name in the service's documentation.
    pub name: &'static str,
    /// `GET` or `HEAD`.
    pub method: &'static str,
    /// What stands in the query beside the signature.
    pub query: Option<&'static str>,
    /// Whether it compares with another point, whose address a header gives.
    pub compares: bool,
}

const fn read(
    name: &'static str,
    method: &'static str,
    query: Option<&'static str>,
) -> CoveredRead {
    CoveredRead {
        name,
        method,
        query,
        compares: false,
    }
}

/// Every read.
pub const COVERED_READS: &[CoveredRead] = &[
    read("Get Blob", "GET", None),
    read("Get Blob Properties", "HEAD", None),
    read("Get Blob Metadata", "GET", Some("comp=metadata")),
    read("Get Page Ranges", "GET", Some("comp=pagelist")),
    CoveredRead {
        compares: true,
        ..read("Get Page Ranges (difference)", "GET", Some("comp=pagelist"))
    },
];

/// Headers of requests: simulated, refused, or ignored. Any other is ignored.
pub const COVERED_HEADERS: &[(&str, &str)] = &[
    ("range", "simulated"),
    ("x-ms-range", "simulated"),
    ("x-ms-previous-snapshot-url", "simulated"),
    ("if-match", "simulated"),
    ("if-none-match", "simulated"),
    ("if-modified-since", "simulated"),
    ("if-unmodified-since", "simulated"),
    (PART_HEADER, "simulated"),
    ("x-ms-range-get-content-md5", "refused"),
    ("x-ms-range-get-content-crc64", "refused"),
    ("x-ms-lease-id", "ignored"),
    ("x-ms-if-tags", "ignored"),
    ("authorization", "ignored"),
];

/// Parameters of the query: simulated or refused. Any other is ignored.
pub const COVERED_PARAMETERS: &[(&str, &str)] = &[
    ("sv", "simulated"),
    ("sr", "simulated"),
    ("si", "simulated"),
    ("sig", "simulated"),
    ("comp", "simulated"),
    ("maxresults", "simulated"),
    ("marker", "simulated"),
    ("prevsnapshot", "refused"),
    ("snapshot", "refused"),
    ("versionid", "refused"),
];

/// Where page blobs differ from the service's on purpose.
pub const BLOB_DEVIATIONS: &[&str] = &[
    "Addresses read and never write, whatever access was asked for.",
    "A blob is a fixed VHD, also where VHDX was asked for: the disk's bytes and a footer of 512.",
    "One answer carries 64 MiB at most. A whole disk is read in ranges, or through `blobHttpClient` and `serve`, which fetch parts by the header `x-restore-point-lab-part`; the service has no such limit.",
    "Page ranges are in whole blocks of the lab's store, not in pages of 512 bytes.",
    "A difference goes by the address of the older point (`x-ms-previous-snapshot-url`); the service does not take `prevsnapshot` for managed disks either.",
    "Content has no MD5 or CRC64; a request for one is refused.",
    "Times have whole seconds, and `etag` follows from the disk restore point and not from a clock.",
];
