/// Handwritten digits: 1,797 images of 8 × 8 pixels, each with the digit that somebody meant.
///
/// Thirteen people wrote them, none of whom took part in tuning what was made for them. Each pixel
/// counts the dark points, 0 to 16, of 4 × 4 points of the scan.
///
/// Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", the test set;
/// UCI Machine Learning Repository, 1998, doi 10.24432/C50P49, under CC BY 4.0.
package enum DigitImages {
  /// The width and the height of an image.
  package static let sideLength = 8

  /// The darkest value of a pixel.
  package static let darkest = 16

  /// An image with its digit.
  package struct Image: Sendable, Equatable {
    /// What somebody meant to write.
    package var digit: Int
    /// The pixels, row by row, from 0 to ``DigitImages/darkest``.
    package var pixels: [UInt8]
  }

  /// All images, in the order of the set.
  package static var all: [Image] {
    [part1, part2, part3, part4, part5, part6].flatMap { part in
      part.utf8.split(separator: UInt8(ascii: "\n")).map { line in
        let line = Array(line)
        // The digit and a tab, then a sign of base 17 a pixel.
        return Image(digit: Int(number(line[0])), pixels: line.dropFirst(2).map(number))
      }
    }
  }

  private static func number(_ sign: UInt8) -> UInt8 {
    sign < UInt8(ascii: "a") ? sign - UInt8(ascii: "0") : sign - UInt8(ascii: "a") + 10
  }
}
