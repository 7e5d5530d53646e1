//! Whether a folder is on another machine.

use std::fs;
use std::path::Path;

/// File systems whose bytes are elsewhere: a mapping of them may change or fail.
const REMOTE: [&str; 12] = [
    "9p",
    "afs",
    "ceph",
    "cifs",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.sshfs",
    "lustre",
    "nfs",
    "nfs4",
    "smb3",
];

/// Whether `folder` is on a network file system, as far as the system tells.
pub(super) fn is_remote(folder: &Path) -> bool {
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let table = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    kind_of(&table, &folder).is_some_and(|kind| REMOTE.contains(&kind))
}

/// The type of the file system that holds `folder`, from the text of `mountinfo` (proc(5)).
fn kind_of<'t>(table: &'t str, folder: &Path) -> Option<&'t str> {
    let mounts = table.lines().filter_map(|line| {
        let (mount, kind) = line.split_once(" - ")?;
        let point = mount.split(' ').nth(4)?.replace("\\040", " ");
        folder.starts_with(&point).then(|| (point.len(), kind.split(' ').next().unwrap_or(kind)))
    });
    mounts.max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_mount_point_above_a_folder_tells_its_file_system() {
        let table = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n\
                     30 22 0:40 / /srv/the\\040share rw - nfs4 host:/x rw\n";
        assert_eq!(kind_of(table, Path::new("/srv/the share/layers")), Some("nfs4"));
        assert_eq!(kind_of(table, Path::new("/srv/the")), Some("ext4"));
        assert_eq!(kind_of("", Path::new("/")), None);
    }
}
