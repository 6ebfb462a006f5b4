import Foundation
import MoE
import Testing

@Suite struct RotaryPositionsTests {
  /// Against the system's library, whose last digits may differ from system to system.
  @Test func anglesAndPowersAreThoseOfTheLibrary() {
    for index in 0..<4000 {
      let angle = Double(index) * Double(index) * 0.0617 - 300
      let (cosine, sine) = DoublePrecision.cosineAndSine(angle)
      #expect((cosine - cos(angle)).magnitude < 0x1p-49 && (sine - sin(angle)).magnitude < 0x1p-49)
      let power = Double(index) * 0.35 - 700
      #expect((DoublePrecision.exponential(power) / exp(power) - 1).magnitude < 0x1p-49)
    }
    #expect(DoublePrecision.cosineAndSine(0) == (1, 0))
    #expect(DoublePrecision.exponential(0) == 1)
  }

  /// Places of the longest contexts, and angles that are none.
  @Test func angleOfFarPlaces() {
    for place in [1_000_000, 1_048_575, 10_000_000] {
      let (cosine, sine) = DoublePrecision.cosineAndSine(Double(place))
      #expect((cosine - cos(Double(place))).magnitude < 0x1p-29)
      #expect((sine - sin(Double(place))).magnitude < 0x1p-29)
    }
    for angle in [Double.infinity, -.infinity, .nan, 0x1p52, 1e300] {
      let (cosine, sine) = DoublePrecision.cosineAndSine(angle)
      #expect(cosine.isNaN && sine.isNaN)
    }
  }

  /// Cosines and sines at some places against the formula.
  @Test(arguments: [RotaryPositions.Pairing.halves, .interleaved], [1.0, 4.0])
  func rotatesByTheAnglesOfTheFormula(pairing: RotaryPositions.Pairing, scale: Double) {
    let rotary = RotaryPositions(base: 500, pairing: pairing, scale: scale)
    let row = Tensor(scattered: [1, 6], seed: 4)
    for place in [0, 1, 7, 4095] {
      let found = rotary.rotated(row, headSize: 6, places: [place]).scalarArray
      for pair in 0..<3 {
        let (first, second) = pairing == .halves ? (pair, 3 + pair) : (2 * pair, 2 * pair + 1)
        let angle = Double(place) / scale * pow(500, -2 * Double(pair) / 6)
        let (x, y) = (Double(row[0, first]), Double(row[0, second]))
        #expect((Double(found[first]) - (x * cos(angle) - y * sin(angle))).magnitude < 0x1p-21)
        #expect((Double(found[second]) - (y * cos(angle) + x * sin(angle))).magnitude < 0x1p-21)
      }
    }
  }

  /// A product of a query and a key depends on how far apart they stand.
  @Test(arguments: [RotaryPositions.Pairing.halves, .interleaved])
  func productsDependOnTheDistance(pairing: RotaryPositions.Pairing) {
    let rotary = RotaryPositions(pairing: pairing)
    let (query, key) = (Tensor(scattered: [1, 8], seed: 1), Tensor(scattered: [1, 8], seed: 2))
    func product(_ first: Int, _ second: Int) -> Float {
      let (q, k) = (
        rotary.rotated(query, headSize: 8, places: [first]),
        rotary.rotated(key, headSize: 8, places: [second])
      )
      return q.rowDots(k).scalarArray[0]
    }
    for (first, second) in [(0, 0), (5, 2), (2, 5), (9, 9)] {
      #expect((product(first, second) - product(first + 37, second + 37)).magnitude < 1e-5)
    }
    #expect((product(5, 2) - product(2, 5)).magnitude > 1e-3)
  }

  /// The opposite rotation takes a rotation back.
  @Test func anOppositeRotationTakesItBack() {
    let rotary = RotaryPositions(base: 50, dimension: 4, pairing: .interleaved)
    let rows = Tensor(scattered: [5, 12], seed: 3)
    let places = [0, 3, 3, 100, 7]
    let there = rotary.rotated(rows, headSize: 6, places: places)
    #expect(there[entry: 0] == rows[entry: 0])
    // What is beyond the rotated scalars of a head stays.
    #expect(there[3, 4] == rows[3, 4] && there[3, 11] == rows[3, 11] && there[3, 0] != rows[3, 0])
    let back = rotary.rotated(there, headSize: 6, places: places, backwards: true)
    #expect((back - rows).norm() < 1e-5)
  }
}
