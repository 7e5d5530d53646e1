//! Codes of enterprises: of the form the standard has, but none that could be a real one's.

use super::super::super::land::random::Random;

/// The characters of GB 32100, by value.
const LETTERS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The sum of the values, each weighed by its place (powers of 3), modulo 31.
fn sum(code: &[u8]) -> usize {
    let value = |letter: &u8| LETTERS.iter().position(|own| own == letter).unwrap_or(0);
    let weights = std::iter::successors(Some(1), |weight| Some(weight * 3 % 31));
    code.iter().zip(weights).map(|(letter, weight)| value(letter) * weight).sum::<usize>() % 31
}

/// A social credit code (GB 32100) for the enterprise of a number; its check digit is wrong, so that
/// it is nobody's. Codes given since the end of 2015 have letters.
pub(crate) fn credit_code(number: usize, lettered: bool, random: &mut Random) -> String {
    let mut code = String::from("91440307");
    if lettered {
        code.push_str("MA");
        let mut rest = (number as u64).wrapping_mul(611_953_007) % 31_u64.pow(6);
        for _ in 0..6 {
            code.push(char::from(LETTERS[(rest % 31) as usize]));
            rest /= 31;
        }
    } else {
        let digits = number as u64 * 30_402_457 % 100_000_000;
        code.extend(format!("{digits:08}").chars());
    }
    code.push(char::from(b'0' + random.whole(0, 9) as u8));
    let right = (31 - sum(code.as_bytes())) % 31;
    let wrong = (right + random.whole(1, 30) as usize) % 31;
    code.push(char::from(LETTERS[wrong]));
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_of_a_code_is_wrong() {
        for number in 1..2_000 {
            let mut random = Random::new(number as u64, "codes");
            let code = credit_code(number, number % 2 == 0, &mut random);
            assert_eq!(code.len(), 18);
            let last = LETTERS.iter().position(|own| *own == code.as_bytes()[17]).unwrap();
            assert_ne!((sum(&code.as_bytes()[..17]) + last) % 31, 0, "{code}");
        }
        // The example of the standard, whose check digit is right.
        assert_eq!((sum(b"91350100M000100Y4") + 3) % 31, 0);
    }
}
