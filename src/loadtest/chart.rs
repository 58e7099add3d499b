//! Line charts as inline SVG.

use std::fmt::Write as _;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 62.0;
const BOTTOM: f64 = 30.0;
const TOP: f64 = 12.0;
/// More points than this cannot be told apart; of each group the highest is drawn, so that no peak is lost.
const POINTS: usize = 600;

/// One line of a chart.
#[derive(Debug)]
pub struct Line {
    pub name: &'static str,
    /// A class of the page's style: `a`, `b`, `c` or `bad`.
    pub class: &'static str,
    pub points: Vec<(f64, f64)>,
}

/// A chart of some lines over one axis. `ticks` are where on that axis something is written, and what.
pub fn chart(title: &str, unit: &str, lines: &[Line], ticks: &[(f64, String)]) -> String {
    let all = || lines.iter().flat_map(|line| line.points.iter());
    let (first, last) = all().fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), (x, _)| (first.min(*x), last.max(*x)));
    if !first.is_finite() {
        return String::new();
    }
    let most = round_up(all().map(|(_, y)| *y).fold(0.0, f64::max));
    let x = |value: f64| LEFT + (value - first) / (last - first).max(f64::MIN_POSITIVE) * (WIDTH - LEFT - 12.0);
    let y = |value: f64| TOP + (1.0 - value / most) * (HEIGHT - TOP - BOTTOM);
    let keys: Vec<_> = lines.iter().map(|line| format!("<span class=\"key {}\">{}</span>", line.class, line.name)).collect();
    let legend = keys.concat();
    let mut svg = format!(
        "<figure><figcaption><b>{title}</b>{legend}</figcaption><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">"
    );
    // Writing into a String cannot fail.
    for quarter in 0..=4 {
        let value = most * f64::from(quarter) / 4.0;
        let at = y(value);
        let _ = write!(
            svg,
            "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{WIDTH}\"/><text class=\"y\" x=\"{}\" y=\"{:.1}\">{} {unit}</text>",
            LEFT - 8.0,
            at + 4.0,
            short(value)
        );
    }
    for (at, said) in ticks.iter().filter(|(at, _)| (first..=last).contains(at)) {
        let _ = write!(svg, "<text class=\"x\" x=\"{:.1}\" y=\"{}\">{said}</text>", x(*at), HEIGHT - 8.0);
    }
    for line in lines {
        let path: Vec<_> = thinned(&line.points).map(|(at, value)| format!("{:.1} {:.1}", x(at), y(value))).collect();
        let _ = write!(svg, "<path class=\"line {}\" d=\"M{}\"/>", line.class, path.join("L"));
    }
    svg + "</svg></figure>\n"
}

/// Ticks of an axis in seconds.
pub fn time_ticks(seconds: f64) -> Vec<(f64, String)> {
    (0..=6)
        .map(|sixth| seconds * f64::from(sixth) / 6.0)
        .map(|at| (at, if seconds > 600.0 { format!("{:.0} min", at / 60.0) } else { format!("{at:.0} s") }))
        .collect()
}

fn thinned(points: &[(f64, f64)]) -> impl Iterator<Item = (f64, f64)> + '_ {
    let group = points.len().div_ceil(POINTS).max(1);
    points.chunks(group).filter_map(|chunk| Some((chunk.first()?.0, chunk.iter().map(|(_, y)| *y).fold(0.0, f64::max))))
}

/// The next of 1, 2, 4, 8 times a power of ten.
fn round_up(value: f64) -> f64 {
    let value = value.max(1e-3);
    let ten = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 4.0, 8.0, 10.0].into_iter().map(|step| step * ten).find(|step| *step >= value).unwrap_or(ten * 10.0)
}

fn short(value: f64) -> String {
    if value >= 10_000.0 {
        format!("{:.0}k", value / 1000.0)
    } else if value >= 10.0 || value == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}").trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_keeps_its_peaks_and_draws_nothing_of_nothing() {
        let points: Vec<_> = (0..10_000).map(|x| (f64::from(x), if x == 5_003 { 73.0 } else { 1.0 })).collect();
        assert!(thinned(&points).any(|(_, y)| (y - 73.0).abs() < 1e-9));
        assert!(thinned(&points).count() <= POINTS);
        let drawn = chart("Answers", "ms", &[Line { name: "p95", class: "a", points }], &time_ticks(10_000.0));
        assert!(drawn.contains("80 ms") && drawn.contains("139 min") && !drawn.contains("NaN"));
        assert_eq!(chart("Nothing", "ms", &[], &[]), "");
    }
}
