//! Contrast, difference, and how people with colour blindness see.

use std::f64::consts::PI;

/// Linear light: red, green and blue of sRGB, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour([f64; 3]);

impl Colour {
    /// Reads `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        let [red, green, blue] = [part(0)?, part(2)?, part(4)?].map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        Some(Self([red, green, blue]))
    }

    /// WCAG's contrast ratio, 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let luminance = |colour: Self| dot([0.2126, 0.7152, 0.0722], colour.0) + 0.05;
        let (one, other) = (luminance(self), luminance(other));
        one.max(other) / one.min(other)
    }

    /// In CIELAB, for D65.
    pub fn to_lab(self) -> Lab {
        let x = dot([0.412_456_4, 0.357_576_1, 0.180_437_5], self.0) / 0.950_47;
        let y = dot([0.212_672_9, 0.715_152_2, 0.072_175], self.0);
        let z = dot([0.019_333_9, 0.119_192, 0.950_304_1], self.0) / 1.088_83;
        let [x, y, z] = [x, y, z].map(|part| {
            if part > 216.0 / 24389.0 {
                part.cbrt()
            } else {
                (24389.0 / 27.0 * part + 16.0) / 116.0
            }
        });
        Lab {
            lightness: 116.0 * y - 16.0,
            a: 500.0 * (x - y),
            b: 200.0 * (y - z),
        }
    }
}

fn dot(one: [f64; 3], other: [f64; 3]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

/// How somebody sees colours; each kind in its full strength.
#[derive(Clone, Copy, Debug)]
pub enum Vision {
    Normal,
    Protanopia,
    Deuteranopia,
    Tritanopia,
}

impl Vision {
    pub const ALL: [Self; 4] = [
        Self::Normal,
        Self::Protanopia,
        Self::Deuteranopia,
        Self::Tritanopia,
    ];

    /// What is seen of a colour, by Machado, Oliveira and Fernandes (2009).
    pub fn of(self, colour: Colour) -> Colour {
        let matrix = match self {
            Self::Normal => return colour,
            Self::Protanopia => [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
            Self::Deuteranopia => [
                [0.367_322, 0.860_646, -0.227_968],
                [0.280_085, 0.672_501, 0.047_413],
                [-0.011_820, 0.042_940, 0.968_881],
            ],
            Self::Tritanopia => [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        };
        Colour(matrix.map(|row| dot(row, colour.0).clamp(0.0, 1.0)))
    }
}

/// A colour of CIELAB.
#[derive(Clone, Copy, Debug)]
pub struct Lab {
    lightness: f64,
    a: f64,
    b: f64,
}

impl Lab {
    /// CIEDE2000. The names are those of Sharma, Wu and Dalal (2005).
    pub fn difference(self, other: Self) -> f64 {
        let pow7 = |chroma: f64| (chroma.powi(7) / (chroma.powi(7) + 25_f64.powi(7))).sqrt();
        let g = 0.5 * (1.0 - pow7(f64::midpoint(self.a.hypot(self.b), other.a.hypot(other.b))));
        let polar = |lab: Self| {
            let a = lab.a * (1.0 + g);
            (a.hypot(lab.b), lab.b.atan2(a).rem_euclid(2.0 * PI))
        };
        let ((c1, h1), (c2, h2)) = (polar(self), polar(other));
        let neutral = c1 * c2 == 0.0;

        let mut hue_step = if neutral { 0.0 } else { h2 - h1 };
        if hue_step.abs() > PI {
            hue_step -= 2.0 * PI * hue_step.signum();
        }
        let lightness_step = other.lightness - self.lightness;
        let chroma_step = c2 - c1;
        let hue_step = 2.0 * (c1 * c2).sqrt() * (hue_step / 2.0).sin();

        let lightness = f64::midpoint(self.lightness, other.lightness);
        let chroma = f64::midpoint(c1, c2);
        let hue = if neutral {
            h1 + h2
        } else if (h1 - h2).abs() <= PI {
            f64::midpoint(h1, h2)
        } else {
            f64::midpoint(h1, h2) + PI
        };
        let degrees = f64::to_radians;
        let t = 1.0 - 0.17 * (hue - degrees(30.0)).cos()
            + 0.24 * (2.0 * hue).cos()
            + 0.32 * (3.0 * hue + degrees(6.0)).cos()
            - 0.20 * (4.0 * hue - degrees(63.0)).cos();
        let away = (lightness - 50.0).powi(2);
        let lightness_step = lightness_step / (1.0 + 0.015 * away / (20.0 + away).sqrt());
        let chroma_step = chroma_step / (1.0 + 0.045 * chroma);
        let hue_step = hue_step / (1.0 + 0.015 * chroma * t);
        let blue = ((hue.to_degrees().rem_euclid(360.0) - 275.0) / 25.0).powi(2);
        let rotation = -degrees(60.0 * (-blue).exp()).sin() * 2.0 * pow7(chroma);
        let squares = lightness_step.powi(2) + chroma_step.powi(2) + hue_step.powi(2);
        (squares + rotation * chroma_step * hue_step).sqrt()
    }
}

#[test]
fn differences_are_those_that_the_authors_published() {
    let lab = |(lightness, a, b)| Lab { lightness, a, b };
    for (one, other, difference) in [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        (
            (60.2574, -34.0099, 36.2677),
            (60.4626, -34.1751, 39.4387),
            1.2644,
        ),
        (
            (22.7233, 20.0904, -46.694),
            (23.0331, 14.973, -42.5619),
            2.0373,
        ),
        (
            (90.9257, -0.5406, -0.9208),
            (88.6381, -0.8985, -0.7239),
            1.5381,
        ),
    ] {
        let computed = lab(one).difference(lab(other));
        assert!((computed - difference).abs() < 5e-5, "{one:?}: {computed}");
    }
}

#[test]
fn contrast_goes_from_1_to_21() {
    let [white, black, grey] = ["#ffffff", "#000000", "#767676"].map(Colour::parse);
    let (white, black, grey) = (white.unwrap(), black.unwrap(), grey.unwrap());
    assert!((white.contrast(black) - 21.0).abs() < 1e-9);
    assert!((white.contrast(white) - 1.0).abs() < 1e-9);
    assert!((grey.contrast(white) - 4.54).abs() < 0.005);
}

#[test]
fn greys_stay_grey_for_everybody_and_red_and_green_do_not_differ_for_some() {
    let parse = |text| Colour::parse(text).unwrap();
    let seen = |vision: Vision, text| vision.of(parse(text)).to_lab();
    let difference = |vision, one, other| seen(vision, one).difference(seen(vision, other));
    for vision in Vision::ALL {
        let grey = parse("#888888");
        assert!(
            vision.of(grey).to_lab().difference(grey.to_lab()) < 0.1,
            "{vision:?}"
        );
    }
    let olive_and_rust = |vision| difference(vision, "#7a7a00", "#a86400");
    assert!(olive_and_rust(Vision::Normal) > 20.0);
    assert!(olive_and_rust(Vision::Deuteranopia) < 10.0);
}
