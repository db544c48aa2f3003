//! Pickles that are read, refused, or made up by chance.

use proptest::prelude::*;

use super::*;

fn refused(pickle: &[u8]) -> String {
    read(pickle).expect_err("a pickle that is refused").to_string()
}

/// Instructions up to a storage of `count` floats, a tensor of it, and its end.
fn tensor(count: u8, offset: u8, dims: &[u8], strides: &[u8]) -> Vec<u8> {
    let sizes = |sizes: &[u8]| {
        let numbers = sizes.iter().flat_map(|size| [b'K', *size]);
        [b'('].into_iter().chain(numbers).chain([b't']).collect::<Vec<_>>()
    };
    [
        b"ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\n",
        &b"X\x01\0\0\x000X\x03\0\0\0cpuK"[..],
        &[count],
        b"tQK",
        &[offset],
        &sizes(dims),
        &sizes(strides),
        b"tR",
    ]
    .concat()
}

#[test]
fn a_state_dict_is_read_in_its_order() {
    let named =
        |name: &str| [b"X", &(name.len() as u32).to_le_bytes()[..], name.as_bytes()].concat();
    let pickle = [
        &b"\x80\x02ccollections\nOrderedDict\n)R("[..],
        &named("b"),
        &tensor(6, 0, &[2, 3], &[3, 1]),
        &named("a"),
        &tensor(6, 1, &[], &[]),
        &b"u}b."[..],
    ]
    .concat();
    let pickle = read(&pickle).expect("a state dict");
    let root = pickle.root().expect("a dict");
    let found: Vec<_> = root
        .entries()
        .map(|(name, entry)| match entry {
            Entry::Tensor(tensor) => (name, tensor.offset, tensor.dims.clone()),
            _ => panic!("{name} is no tensor"),
        })
        .collect();
    assert_eq!(found, [("b", 0, vec![2, 3]), ("a", 1, vec![])]);
}

#[test]
fn what_is_asked_for_is_named() {
    for pickle in [
        &b"cos\nsystem\n(X\x02\0\0\0lstR."[..],
        b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02ls\x85R.",
        b"(X\x02\0\0\0lsios\nsystem\n.",
    ] {
        assert_eq!(refused(pickle), "asks for `os.system`: only tensors are read");
    }
    let long = [&b"c"[..], &[b'x'; 5000], b"\ny\x1b[2J\n."].concat();
    assert!(refused(&long).len() < 200);
}

#[test]
fn a_tensor_lies_within_its_storage() {
    for (offset, dims, strides) in [
        (1, &[2, 3][..], &[3, 1][..]),
        (0, &[2, 3], &[4, 1]),
        (6, &[], &[]),
        (0, &[6], &[]),
        (0, &[255; 8], &[0; 7]),
        (6, &[255; 8], &[0; 8]),
    ] {
        let pickle = [tensor(6, offset, dims, strides), b".".to_vec()].concat();
        assert!(refused(&pickle).contains("beyond its storage"), "{dims:?} {strides:?}");
    }
    for (offset, dims, strides) in [(5, &[][..], &[][..]), (9, &[0], &[1]), (5, &[200], &[0])] {
        let pickle = [tensor(6, offset, dims, strides), b".".to_vec()].concat();
        assert!(read(&pickle).is_ok(), "{dims:?} {strides:?}");
    }
}

#[test]
fn nesting_and_cycles_cost_nothing() {
    let deep = [&[b']'; 1_000_000][..], &[b'a'; 999_999], b"."].concat();
    assert!(read(&deep).is_ok_and(|pickle| pickle.root().is_none()));
    let cycle = b"}q\0X\x01\0\0\0ah\0s.";
    assert!(read(cycle).is_ok_and(|pickle| pickle.root().is_some()));
    assert!(refused(&vec![b'N'; MOST_OBJECTS + 1]).contains("objects"));
    assert!(refused(&vec![b'N'; LARGEST + 1]).contains("bytes"));
}

#[test]
fn every_beginning_of_a_pickle_is_cut_short() {
    let whole = [tensor(6, 0, &[2, 3], &[3, 1]), b".".to_vec()].concat();
    for length in 0..whole.len() {
        assert_eq!(read(&whole[..length]).expect_err("no end"), Refusal::Cut, "{length}");
    }
}

/// Instructions, most of which are known, with what follows them.
fn instructions() -> impl Strategy<Value = Vec<u8>> {
    let known = b"(NKMJGX)]}aeustqrhjcQRb.\x80\x85\x86\x87\x88\x8a\x8c\x93\x94";
    let code = prop::sample::select(known.to_vec()).prop_map(|code| vec![code]);
    let piece = prop_oneof![
        8 => code,
        2 => prop::collection::vec(0..4_u8, 1..5),
        2 => Just(b"ctorch\nFloatStorage\n".to_vec()),
        2 => Just(b"ctorch._utils\n_rebuild_tensor_v2\n".to_vec()),
        1 => Just(b"ccollections\nOrderedDict\n)R".to_vec()),
        1 => Just(tensor(6, 0, &[2, 3], &[3, 1])),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_instructions_are_read_or_refused(bytes in instructions()) {
        let pickle = read(&bytes);
        let root = pickle.as_ref().ok().and_then(Pickle::root);
        let _ = root.map(|root| root.entries().count());
    }
}
