/// A text with the label that it should get.
package struct LabelledLine: Sendable, Equatable {
  /// What the text should be classified as.
  package var label: String
  /// The text.
  package var text: String
  /// What kind of line it is, such as the task that its label belongs to.
  ///
  /// Only reports use it; training never sees it.
  package var group: String?

  /// A line of the given parts.
  package init(label: String, text: String, group: String? = nil) {
    self.label = label
    self.text = text
    self.group = group
  }
}

/// Labelled lines, some to train on and others to test with.
package struct Dataset: Sendable {
  /// The lines that training sees.
  package var training: [LabelledLine]
  /// The lines that it does not.
  package var test: [LabelledLine]
  /// The different labels of the training lines, in the order in which they first appear.
  package let labels: [String]

  /// A data set that is split already.
  package init(training: [LabelledLine], test: [LabelledLine]) {
    self.training = training
    self.test = test
    labels = distinct(training.map(\.label))
  }

  /// A data set of which every fifth line of each label is for testing.
  ///
  /// A label with fewer than five lines has none for testing.
  package init(splitting lines: [LabelledLine]) {
    var counts: [String: Int] = [:]
    var parts: (training: [LabelledLine], test: [LabelledLine]) = ([], [])
    for line in lines {
      counts[line.label, default: 0] += 1
      if counts[line.label, default: 0] % 5 == 0 {
        parts.test.append(line)
      } else {
        parts.training.append(line)
      }
    }
    self.init(training: parts.training, test: parts.test)
  }

  /// The different groups of the lines, in the order in which they first appear.
  package var groups: [String] { distinct((training + test).compactMap(\.group)) }

  /// The number of test lines whose label no training line has; no classifier can get them right.
  package var unseenLabels: [String: Int] {
    let known = Set(labels)
    return test.reduce(into: [:]) { counts, line in
      if !known.contains(line.label) { counts[line.label, default: 0] += 1 }
    }
  }

  /// For each line the index of its label; nil for one that training never saw.
  package func labelIndices(of lines: [LabelledLine]) -> [Int?] {
    let indices = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
    return lines.map { indices[$0.label] }
  }
}

/// The different elements, in the order in which they first appear.
package func distinct(_ elements: some Sequence<String>) -> [String] {
  var seen: Set<String> = []
  return elements.filter { seen.insert($0).inserted }
}

// MARK: - The embedded data

extension Dataset {
  /// The three tasks that come with this example, in one data set.
  ///
  /// Nothing tells the classifier which task a line belongs to; it is the group of the line.
  package static func embedded() throws -> Dataset {
    let tasks = [
      ("sentiment", EmbeddedData.sentiment), ("topic", EmbeddedData.topic),
      ("entity", EmbeddedData.entity),
    ]
    let lines = try tasks.flatMap { task, text in
      try LabelledFile.lines(of: text.utf8, file: "the embedded \(task) lines").map {
        LabelledLine(label: $0.label, text: $0.text, group: task)
      }
    }
    return Dataset(splitting: lines)
  }

  /// Lines that are in no data, to try the classifier with.
  package static let newLines = [
    "The pancakes were heavenly and our waiter could not have been kinder.",
    "A dreary film; I wanted my evening and my money back.",
    "Telescopes in Chile have measured how fast a young star spins.",
    "Knead the dough with rye flour and let it rise beside the stove.",
    "The goalkeeper saved two penalties and sent her club to the final.",
    "Ingrid Halvorsen taught mathematics before she became a novelist.",
    "The village of Monteluce lies on a hill above the river.",
  ]
}
