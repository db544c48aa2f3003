//! The pickles inside PyTorch's checkpoints, read as data.
//!
//! A pickle is a program for a small stack machine, and one of its instructions calls any function
//! of Python by name. This machine knows the instructions that state dicts are made of, and the
//! functions that make tensors of storages; everything else is refused by its name. Nothing is ever
//! called. What a pickle may take is bounded: its bytes, the objects it makes, and, since objects
//! name each other by number, no depth of nesting is a depth of calls.
//!
//! The crates that read checkpoints do not serve: `pytorch-reader` 0.22 keeps the tensors in a hash
//! map, which loses the order of the state dict, and passes over what it does not know;
//! `candle-core` would bring a second library of tensors along.

use std::collections::BTreeMap;

use super::numbers::Numbers;

/// The most bytes of a pickle. Those of a state dict take some hundred for each tensor.
pub(super) const LARGEST: usize = 16 << 20;
/// The most objects that a pickle makes.
const MOST_OBJECTS: usize = 1 << 20;
/// The most dimensions of a tensor, and the longest name of a storage: both are copied.
const MOST_DIMENSIONS: usize = 8;
const LONGEST_KEY: usize = 64;

/// Why a pickle was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// It names something else than tensors are made of, such as `os.system`.
    #[error("asks for `{0}`: only tensors are read")]
    Asks(String),
    /// It ends too early.
    #[error("is cut short: its list of tensors has no end")]
    Cut,
    /// It says something that no state dict does.
    #[error("holds no state dict: {0}")]
    Odd(String),
}

type Result<T> = std::result::Result<T, Refusal>;

/// The number of an object.
type Id = usize;

/// A tensor: a view of a storage that lies elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tensor {
    /// The name of the storage.
    pub(super) storage: String,
    /// What it holds.
    pub(super) numbers: Numbers,
    /// How many of them.
    pub(super) count: usize,
    /// The place of the tensor's first element.
    pub(super) offset: usize,
    /// Its shape.
    pub(super) dims: Vec<usize>,
    /// How far apart neighbours lie, along each dimension.
    pub(super) strides: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Object {
    None,
    Flag,
    Whole(i64),
    Real,
    Text(String),
    Tuple(Vec<Id>),
    List(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    Global(Global),
    Storage { key: String, numbers: Numbers, count: usize },
    Tensor(Tensor),
}

/// What a pickle may name.
#[derive(Clone, Debug)]
enum Global {
    OrderedDict,
    /// `_rebuild_tensor` and its second version: storage, offset, shape, strides, and what only
    /// training needs.
    Tensor,
    /// A tensor as it is, with what only training needs.
    Parameter,
    Storage(Numbers),
}

impl Global {
    fn named(module: &str, name: &str) -> Result<Self> {
        let storage = |numbers| Ok(Self::Storage(numbers));
        match (module, name) {
            ("collections", "OrderedDict") => Ok(Self::OrderedDict),
            ("torch._utils", "_rebuild_tensor" | "_rebuild_tensor_v2") => Ok(Self::Tensor),
            ("torch._utils", "_rebuild_parameter") => Ok(Self::Parameter),
            ("torch", "DoubleStorage") => storage(Numbers::F64),
            ("torch", "FloatStorage") => storage(Numbers::F32),
            ("torch", "HalfStorage") => storage(Numbers::F16),
            ("torch", "BFloat16Storage") => storage(Numbers::BF16),
            ("torch", "LongStorage") => storage(Numbers::Whole("I64")),
            ("torch", "IntStorage") => storage(Numbers::Whole("I32")),
            ("torch", "ShortStorage") => storage(Numbers::Whole("I16")),
            ("torch", "CharStorage") => storage(Numbers::Whole("I8")),
            ("torch", "ByteStorage") => storage(Numbers::Whole("U8")),
            ("torch", "BoolStorage") => storage(Numbers::Whole("BOOL")),
            _ => Err(Refusal::Asks(printable(&format!("{module}.{name}")))),
        }
    }
}

/// A pickle that was read: its objects, the last of which is what it is about.
#[derive(Debug)]
pub(super) struct Pickle {
    objects: Vec<Object>,
    root: Id,
}

/// An entry of a dict.
pub(super) enum Entry<'a> {
    Tensor(&'a Tensor),
    Dict(Dict<'a>),
    Other,
}

/// A dict of a pickle.
#[derive(Clone, Copy)]
pub(super) struct Dict<'a> {
    pickle: &'a Pickle,
    pairs: &'a [(Id, Id)],
}

impl Pickle {
    /// What the pickle is about, if it is a dict.
    pub(super) fn root(&self) -> Option<Dict<'_>> {
        match self.entry(self.root) {
            Entry::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    fn entry(&self, id: Id) -> Entry<'_> {
        match &self.objects[id] {
            Object::Tensor(tensor) => Entry::Tensor(tensor),
            Object::Dict(pairs) => Entry::Dict(Dict { pickle: self, pairs }),
            _ => Entry::Other,
        }
    }
}

impl<'a> Dict<'a> {
    /// Its entries with names, in their order.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'a str, Entry<'a>)> {
        self.pairs.iter().filter_map(move |&(key, value)| match &self.pickle.objects[key] {
            Object::Text(name) => Some((name.as_str(), self.pickle.entry(value))),
            _ => None,
        })
    }
}

/// Reads a pickle.
///
/// # Errors
/// When it is no whole pickle, or holds or calls anything else than state dicts do.
pub(super) fn read(bytes: &[u8]) -> Result<Pickle> {
    if bytes.len() > LARGEST {
        return Err(odd(format!("its list of tensors has {} bytes", bytes.len())));
    }
    let mut machine = Machine { rest: bytes, ..Machine::default() };
    let root = loop {
        if let Some(root) = machine.step()? {
            break root;
        }
    };
    Ok(Pickle { objects: machine.objects, root })
}

#[derive(Default)]
struct Machine<'a> {
    rest: &'a [u8],
    objects: Vec<Object>,
    stack: Vec<Id>,
    /// The heights of the stack that are marked.
    marks: Vec<usize>,
    memo: BTreeMap<u32, Id>,
}

impl<'a> Machine<'a> {
    /// Carries out an instruction; gives the result at the end. Names and numbers are those of
    /// Python's `pickletools`.
    fn step(&mut self) -> Result<Option<Id>> {
        match self.byte()? {
            // PROTO and FRAME tell a reader nothing that it needs.
            0x80 => self.take(1).map(drop)?,
            0x95 => self.take(8).map(drop)?,
            b'(' => self.marks.push(self.stack.len()),
            b'N' => self.push(Object::None)?,
            0x88 | 0x89 => self.push(Object::Flag)?,
            b'K' => {
                let number = self.byte()?;
                self.push(Object::Whole(number.into()))?;
            }
            b'M' => {
                let number = u16::from_le_bytes(self.array()?);
                self.push(Object::Whole(number.into()))?;
            }
            b'J' => {
                let number = i32::from_le_bytes(self.array()?);
                self.push(Object::Whole(number.into()))?;
            }
            0x8a => self.long()?,
            b'G' => {
                self.take(8)?;
                self.push(Object::Real)?;
            }
            0x8c => {
                let length = self.byte()?;
                self.text(length.into())?;
            }
            b'X' => {
                let length = u32::from_le_bytes(self.array()?);
                self.text(length.into())?;
            }
            0x8d => {
                let length = u64::from_le_bytes(self.array()?);
                self.text(length)?;
            }
            b')' => self.push(Object::Tuple(Vec::new()))?,
            0x85 => self.tuple(1)?,
            0x86 => self.tuple(2)?,
            0x87 => self.tuple(3)?,
            b't' => {
                let items = self.marked()?;
                self.push(Object::Tuple(items))?;
            }
            b']' => self.push(Object::List(Vec::new()))?,
            b'a' => {
                let item = self.pop()?;
                self.extend_list(&[item])?;
            }
            b'e' => {
                let items = self.marked()?;
                self.extend_list(&items)?;
            }
            b'}' => self.push(Object::Dict(Vec::new()))?,
            b's' => {
                let pair = self.pop_many(2)?;
                self.extend_dict(&pair)?;
            }
            b'u' => {
                let items = self.marked()?;
                self.extend_dict(&items)?;
            }
            b'q' => {
                let place = self.byte()?;
                self.keep(place.into())?;
            }
            b'r' => {
                let place = u32::from_le_bytes(self.array()?);
                self.keep(place)?;
            }
            0x94 => self.keep(self.memo.len() as u32)?,
            b'h' => {
                let place = self.byte()?;
                self.recall(place.into())?;
            }
            b'j' => {
                let place = u32::from_le_bytes(self.array()?);
                self.recall(place)?;
            }
            b'c' => {
                let global = Global::named(&self.line()?, &self.line()?)?;
                self.push(Object::Global(global))?;
            }
            0x93 => self.stack_global()?,
            // INST, which names a class and makes one of it.
            b'i' => {
                let (module, name) = (self.line()?, self.line()?);
                return Err(Refusal::Asks(printable(&format!("{module}.{name}"))));
            }
            b'Q' => self.storage()?,
            b'R' => self.reduce()?,
            b'b' => self.build()?,
            b'.' => return self.pop().map(Some),
            other => return Err(odd(format!("it has the instruction {other:#04x}"))),
        }
        Ok(None)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Refusal::Cut)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(Refusal::Cut)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn byte(&mut self) -> Result<u8> {
        self.array().map(|[byte]| byte)
    }

    fn line(&mut self) -> Result<String> {
        let length = self.rest.iter().position(|&byte| byte == b'\n').ok_or(Refusal::Cut)?;
        let line = self.take(length + 1)?;
        Ok(String::from_utf8_lossy(&line[..length]).into_owned())
    }

    fn text(&mut self, length: u64) -> Result<()> {
        let bytes = self.take(usize::try_from(length).map_err(|_| Refusal::Cut)?)?;
        let text = std::str::from_utf8(bytes).map_err(|_| odd("it has text that is not UTF-8"))?;
        self.push(Object::Text(text.to_owned()))
    }

    /// An integer of any length; what does not fit 64 bits is no size of a tensor.
    fn long(&mut self) -> Result<()> {
        let length = self.byte()?;
        let bytes = self.take(length.into())?;
        let sign = if bytes.last().is_some_and(|last| last >> 7 == 1) { 0xff } else { 0 };
        let mut number = [sign; 8];
        let Some(place) = number.get_mut(..bytes.len()) else { return self.push(Object::Real) };
        place.copy_from_slice(bytes);
        self.push(Object::Whole(i64::from_le_bytes(number)))
    }

    fn push(&mut self, object: Object) -> Result<()> {
        if self.objects.len() == MOST_OBJECTS {
            return Err(odd(format!("it has more than {MOST_OBJECTS} objects")));
        }
        self.stack.push(self.objects.len());
        self.objects.push(object);
        Ok(())
    }

    /// The topmost object, which must lie above the last mark.
    fn pop(&mut self) -> Result<Id> {
        let floor = self.marks.last().copied().unwrap_or(0);
        match self.stack.pop() {
            Some(id) if self.stack.len() >= floor => Ok(id),
            _ => Err(odd("it takes what is not there")),
        }
    }

    fn pop_many(&mut self, count: usize) -> Result<Vec<Id>> {
        let mut items = (0..count).map(|_| self.pop()).collect::<Result<Vec<_>>>()?;
        items.reverse();
        Ok(items)
    }

    /// All objects above the last mark.
    fn marked(&mut self) -> Result<Vec<Id>> {
        let mark = self.marks.pop().ok_or_else(|| odd("it takes what is not there"))?;
        Ok(self.stack.split_off(mark))
    }

    fn tuple(&mut self, count: usize) -> Result<()> {
        let items = self.pop_many(count)?;
        self.push(Object::Tuple(items))
    }

    fn top(&mut self) -> Result<&mut Object> {
        let id = self.pop()?;
        self.stack.push(id);
        Ok(&mut self.objects[id])
    }

    fn extend_list(&mut self, items: &[Id]) -> Result<()> {
        match self.top()? {
            Object::List(list) => list.extend(items),
            _ => return Err(odd("it appends to what is no list")),
        }
        Ok(())
    }

    fn extend_dict(&mut self, items: &[Id]) -> Result<()> {
        let (pairs, rest) = items.as_chunks::<2>();
        match self.top()? {
            Object::Dict(dict) if rest.is_empty() => {
                dict.extend(pairs.iter().map(|&[key, value]| (key, value)));
            }
            _ => return Err(odd("it sets entries of what is no dict")),
        }
        Ok(())
    }

    fn keep(&mut self, place: u32) -> Result<()> {
        let id = self.pop()?;
        self.stack.push(id);
        self.memo.insert(place, id);
        Ok(())
    }

    fn recall(&mut self, place: u32) -> Result<()> {
        let id = self.memo.get(&place).ok_or_else(|| odd("it recalls what it never kept"))?;
        self.stack.push(*id);
        Ok(())
    }

    fn stack_global(&mut self) -> Result<()> {
        let names = self.pop_many(2)?;
        let [Object::Text(module), Object::Text(name)] = [0, 1].map(|i| &self.objects[names[i]])
        else {
            return Err(odd("it names something by what is no text"));
        };
        let global = Global::named(module, name)?;
        self.push(Object::Global(global))
    }

    /// A storage by its description: the word, its type, its key, where it lay, its length.
    fn storage(&mut self) -> Result<()> {
        let id = self.pop()?;
        let storage = match &self.objects[id] {
            Object::Tuple(items) if items.len() == 5 => {
                match [0, 1, 2, 4].map(|item| &self.objects[items[item]]) {
                    [
                        Object::Text(word),
                        Object::Global(Global::Storage(numbers)),
                        Object::Text(key),
                        Object::Whole(count),
                    ] if word == "storage" && key.len() <= LONGEST_KEY => {
                        let count = size(*count)?;
                        Some(Object::Storage { key: key.clone(), numbers: *numbers, count })
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        self.push(storage.ok_or_else(|| odd("it has data that is no storage"))?)
    }

    /// A call, of the few functions that there are.
    fn reduce(&mut self) -> Result<()> {
        let call = self.pop_many(2)?;
        let [Object::Global(global), Object::Tuple(arguments)] =
            [0, 1].map(|part| &self.objects[call[part]])
        else {
            return Err(odd("it calls what is no function"));
        };
        let object = match (global, arguments.as_slice()) {
            (Global::OrderedDict, []) => Object::Dict(Vec::new()),
            (Global::Tensor, &[storage, offset, dims, strides, ..]) => {
                Object::Tensor(self.tensor(storage, offset, dims, strides)?)
            }
            (Global::Parameter, &[tensor, ..]) => match &self.objects[tensor] {
                Object::Tensor(tensor) => Object::Tensor(tensor.clone()),
                _ => return Err(odd("it has a parameter that is no tensor")),
            },
            _ => return Err(odd("it calls a function with other arguments than it takes")),
        };
        self.push(object)
    }

    fn tensor(&self, storage: Id, offset: Id, dims: Id, strides: Id) -> Result<Tensor> {
        let Object::Storage { key, numbers, count } = &self.objects[storage] else {
            return Err(odd("it has a tensor without a storage"));
        };
        let tensor = Tensor {
            storage: key.clone(),
            numbers: *numbers,
            count: *count,
            offset: self.size(offset)?,
            dims: self.sizes(dims)?,
            strides: self.sizes(strides)?,
        };
        if !tensor.fits() {
            return Err(odd("it has a tensor that reaches beyond its storage"));
        }
        Ok(tensor)
    }

    fn size(&self, id: Id) -> Result<usize> {
        match self.objects[id] {
            Object::Whole(number) => size(number),
            _ => Err(odd("it has a size that is no number")),
        }
    }

    fn sizes(&self, id: Id) -> Result<Vec<usize>> {
        match &self.objects[id] {
            Object::Tuple(items) if items.len() <= MOST_DIMENSIONS => {
                items.iter().map(|&item| self.size(item)).collect()
            }
            _ => Err(odd("it has a shape that is none")),
        }
    }

    /// Attributes of a dict, which are PyTorch's own notes about the modules.
    fn build(&mut self) -> Result<()> {
        self.pop()?;
        match self.top()? {
            Object::Dict(_) => Ok(()),
            _ => Err(odd("it sets attributes of what is no dict")),
        }
    }
}

impl Tensor {
    /// Whether all elements lie in the storage, and can be counted.
    fn fits(&self) -> bool {
        if self.dims.len() != self.strides.len() {
            return false;
        }
        let elements = self.dims.iter().try_fold(1_usize, |all, dim| all.checked_mul(*dim));
        match elements {
            None => false,
            Some(0) => true,
            Some(_) => {
                let mut sides = self.dims.iter().zip(&self.strides);
                let last = sides.try_fold(self.offset, |at, (dim, stride)| {
                    at.checked_add((dim - 1).checked_mul(*stride)?)
                });
                last.is_some_and(|last| last < self.count)
            }
        }
    }
}

fn size(number: i64) -> Result<usize> {
    usize::try_from(number).map_err(|_| odd(format!("it has the size {number}")))
}

fn odd(what: impl Into<String>) -> Refusal {
    Refusal::Odd(what.into())
}

/// A name as a message may show it: not too long, and on one line.
fn printable(name: &str) -> String {
    const LONGEST: usize = 100;
    let mut shown: String = name.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if name.chars().nth(LONGEST).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests;
