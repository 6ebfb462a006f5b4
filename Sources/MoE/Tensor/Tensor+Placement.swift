extension Tensor {
  /// A tensor of zeros but for this one's entries, which stand at the given places.
  ///
  /// - Parameters:
  ///   - places: One index along the first axis for each entry, all different; others trap.
  ///   - count: The size of the result along the first axis.
  /// - Returns: A tensor of `count` entries.
  public func placingEntries(at places: [Int], count: Int) -> Tensor {
    require(
      rank > 0 && places.count == sizes[0] && places.allSatisfy { $0 >= 0 && $0 < count },
      "placingEntries: \(places.count) places of \(count) against shape \(shape)")
    var result = Tensor(zeros: [count] + shape.dropFirst())
    let stride = sizes.entryCount
    unsafe withUnsafeScalars { source in
      unsafe result.withUnsafeMutableScalars { destination in
        for (index, place) in places.enumerated() {
          unsafe (destination + place * stride).update(
            from: source + index * stride, count: stride)
        }
      }
    }
    return result
  }
}
