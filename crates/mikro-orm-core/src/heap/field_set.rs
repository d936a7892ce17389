//! Sets of fields of one entity.

/// A set of fields, by their places in the entity's descriptor. Sets within the first 64 fields do not allocate.
#[derive(Debug, Clone, Default, Eq)]
pub struct FieldSet {
    low: u64,
    high: Vec<u64>,
}

impl PartialEq for FieldSet {
    fn eq(&self, other: &Self) -> bool {
        // Changes are grouped by sets, and mostly there is nothing high. Comparing no words by the C library's function
        // is slow on some processors: it loads behind a mask from where there is no memory.
        let none_high = self.high.is_empty() && other.high.is_empty();
        self.low == other.low && (none_high || self.high == other.high)
    }
}

impl FieldSet {
    /// The empty set.
    pub const fn new() -> Self {
        FieldSet { low: 0, high: Vec::new() }
    }

    /// Adds a field.
    pub fn insert(&mut self, field: u16) {
        let (word, bit) = (usize::from(field) / 64, 1_u64 << (field % 64));
        match word.checked_sub(1) {
            None => self.low |= bit,
            Some(word) => {
                if self.high.len() <= word {
                    self.high.resize(word + 1, 0);
                }
                self.high[word] |= bit;
            }
        }
    }

    /// Takes a field out.
    pub fn remove(&mut self, field: u16) {
        let (word, bit) = (usize::from(field) / 64, 1_u64 << (field % 64));
        match word.checked_sub(1) {
            None => self.low &= !bit,
            Some(word) => {
                if let Some(word) = self.high.get_mut(word) {
                    *word &= !bit;
                }
                while self.high.last() == Some(&0) {
                    self.high.pop();
                }
            }
        }
    }

    /// Whether the field is in the set.
    pub fn contains(&self, field: u16) -> bool {
        let (word, bit) = (usize::from(field) / 64, 1_u64 << (field % 64));
        match word.checked_sub(1) {
            None => self.low & bit != 0,
            Some(word) => self.high.get(word).is_some_and(|word| word & bit != 0),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.low == 0 && self.high.iter().all(|word| *word == 0)
    }

    /// The fields, in order.
    pub fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        Fields { bits: self.low, first: 0, high: self.high.iter() }
    }
}

struct Fields<'a> {
    /// What is left of the word that is read.
    bits: u64,
    /// The field that its lowest bit stands for.
    first: u32,
    high: std::slice::Iter<'a, u64>,
}

impl Iterator for Fields<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        while self.bits == 0 {
            self.bits = *self.high.next()?;
            self.first += 64;
        }
        let bit = self.bits.trailing_zeros();
        self.bits &= self.bits - 1;
        u16::try_from(self.first + bit).ok()
    }
}

impl FromIterator<u16> for FieldSet {
    fn from_iter<I: IntoIterator<Item = u16>>(fields: I) -> Self {
        let mut set = FieldSet::new();
        fields.into_iter().for_each(|field| set.insert(field));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::FieldSet;

    #[test]
    fn holds_fields_beyond_one_word() {
        let mut set: FieldSet = [0, 63, 64, 200].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 63, 64, 200]);
        assert!(set.contains(200) && !set.contains(199) && !set.contains(1000));
        set.remove(200);
        set.remove(64);
        assert_eq!(set, [0, 63].into_iter().collect());
        set.remove(0);
        set.remove(63);
        assert!(set.is_empty());
    }
}
