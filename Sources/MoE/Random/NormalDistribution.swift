/// The standard normal distribution, in double precision and without the system's mathematics
/// library.
///
/// A normal number is the quantile of one uniform number, so that it depends on one draw alone and
/// on nothing that differs between systems.
package enum NormalDistribution {
  /// The value below which a standard normal number falls with the given probability.
  ///
  /// - Parameter probability: Strictly between 0 and 1.
  /// - Returns: The quantile, to about 16 digits.
  ///
  /// Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
  /// Statistics 37 (1988), routine PPND16.
  package static func quantile(_ probability: Double) -> Double {
    let centred = probability - 0.5
    if centred.magnitude <= 0.425 {
      let t = 0.180625 - centred * centred
      return centred * polynomial(t, central.above) / polynomial(t, central.below)
    }
    let tail = centred < 0 ? probability : 1 - probability
    let distance = (-logarithm(tail)).squareRoot()
    let magnitude: Double
    if distance <= 5 {
      let t = distance - 1.6
      magnitude = polynomial(t, middle.above) / polynomial(t, middle.below)
    } else {
      let t = distance - 5
      magnitude = polynomial(t, far.above) / polynomial(t, far.below)
    }
    return centred < 0 ? -magnitude : magnitude
  }

  /// The probability of a standard normal number below −2, where a truncated normal is cut.
  package static let probabilityBelowMinusTwo = 0.022750131948179207

  /// The natural logarithm of a positive, finite number, by the series of artanh.
  ///
  /// With x = m·2ᵉ and m in [√½, √2), ln m = 2·artanh((m − 1)/(m + 1)), whose argument is below
  /// 0.1716: eleven terms leave less than 10⁻¹⁷.
  static func logarithm(_ x: Double) -> Double {
    var exponent = Double(x.exponent)
    var significand = x.significand
    if significand > 2.0.squareRoot() {
      significand /= 2
      exponent += 1
    }
    let s = (significand - 1) / (significand + 1)
    var sum = 0.0
    for odd in stride(from: 21, through: 1, by: -2) { sum = sum * s * s + 1 / Double(odd) }
    return 2 * s * sum + exponent * 0.693147180559945309417
  }

  private static func polynomial(_ t: Double, _ coefficients: [Double]) -> Double {
    coefficients.reversed().reduce(0) { $0 * t + $1 }
  }

  /// The rational functions of AS 241, coefficients from the constant term up: for the centre, for
  /// the tails down to about e⁻²⁵, and beyond.
  private static let central = (
    above: [
      3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
      45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
    ],
    below: [
      1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
      21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
    ]
  )
  private static let middle = (
    above: [
      1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
      3.64784832476320460504, 1.27045825245236838258, 0.241780725177450611770,
      0.0227238449892691845833, 7.74545014278341407640e-4,
    ],
    below: [
      1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
      0.148103976427480074590, 0.0151986665636164571966, 5.47593808499534494600e-4,
      1.05075007164441684324e-9,
    ]
  )
  private static let far = (
    above: [
      6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
      0.296560571828504891230, 0.0265321895265761230930, 1.24266094738807843860e-3,
      2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ],
    below: [
      1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
      7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
      2.04426310338993978564e-15,
    ]
  )
}
