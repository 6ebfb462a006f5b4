/// Conversations in Skerrow: at the bakery, at the ferry, at school.
extension EmbeddedText {
  /// The conversations.
  static let talk = #"""
    TALK, RIDDLES AND LETTERS FROM SKERROW

    At the bakery, in the morning

    "Good morning, Agnes. What is in the oven?"

    "Good morning, Tobias. It is bread. It was bread yesterday, too."

    "I thought that it smelled of something more."

    "That is because you have not had breakfast. Will you have a brown loaf or a white
    one?"

    "Which one is better?"

    "The brown one is better for you. The white one is better for the butter."

    "Then I will take the brown one and think about the white one."

    "Thinking is free. The loaf is three coins."

    At the ferry

    "Ferryman, are you asleep?"

    "No, Miss Orla. I am looking at the inside of my hat."

    "Can you take me over? I have twenty exercise books and an umbrella."

    "The umbrella may ride for nothing. How heavy are the books?"

    "They are full of sums."

    "Right ones or wrong ones?"

    "Half and half."

    "Then we shall float level. Step in, and put the wrong ones at the back."

    At the lighthouse, by night

    "Are you awake, Pickle?"

    The cat said nothing.

    "I thought I heard a ship."

    The cat turned one ear.

    "You are right, it was the wind. Shall I make some tea?"

    The cat got up and sat down next to the milk.

    "Yes, of course," said Mr. Pell. "I had forgotten which of us likes what."

    At the clockmaker's

    "Mr. Brandt, my watch has stopped," said Corin.

    "When did it stop?"

    "At ten past two."

    "Then it is right twice a day. Many people would be content."

    "I am a ferryman. I should like to be right more often than that."

    "Let me see. Aha. There is a grain of sand between the wheels."

    "Such a small thing?"

    "A small thing in a small place is large. That will be one coin. Here is your grain of
    sand."

    "What should I do with it?"

    "Put it back on the beach. Somebody may be counting."

    In the garden

    "René, what are you planting?"

    "Onions, Nell."

    "They look like onions already. Why do you put them into the ground?"

    "So that they become more."

    "Does it work with buns?"

    "Have you tried it?"

    "Yes," said Sam. "Matilda came and dug them up."

    "Then it does work," said René. "You have grown a goose."

    In the schoolroom

    "Who can tell me why the sea is salty?" asked Miss Orla.

    "Because of the herrings," said Sam.

    "The herrings are salty because of the sea. Nell?"

    "Rivers wash the salt out of the stones and carry it down. The water goes up again as
    clouds, but the salt has to stay."

    "That is right. Who told you so?"

    "The river," said Nell. "I mean, I tasted it, and it was only a little salty; and then
    I thought about it for a long time."

    "That," said Miss Orla, "is called science. Everybody write it down."

    "How do you spell it?" asked Sam.

    On the pier

    "Have you caught anything, Tamsin?"

    "A cold, a boot, and eleven mackerel."

    "What will you do with the boot?"

    "I shall keep it. I caught the other one in March."

    "Do they fit?"

    "One of them does."

    At the inn, in the evening

    "Mrs. Lüders, there is a hair in my soup."

    "Is it grey or white?"

    "It is grey, and it is rather a feather."

    "Matilda! How often have I told you to stay away from the pot?"

    The goose looked out from under the table. She honked once.

    "She says once," said the guest.

    "She says that it is one o'clock," said Mrs. Lüders. "And so it is. I will bring you a
    new bowl, and a biscuit for the fright."

    Two people and one bench

    "May I sit here?" asked Old Wynn.

    "It is a long bench," said Mr. Pell.

    They looked at the sea.

    "It is calm today," said Mr. Pell after a while.

    "It was calm on the day you came here," said Old Wynn. "You had a trunk and a kitten.
    You asked me how long one has to stay at a lighthouse until one gets used to it."

    "What did you tell me?"

    "I told you thirty years."

    "And how long has it been?"

    "It will be thirty years on Thursday."

    "Ah," said Mr. Pell, and he stretched out his legs. "That explains it."

    The fox at the door

    "Who is there?" called Agnes.

    Something scratched at the wood.

    "Is it the wind?"

    It scratched again.

    "Is it the cat?"

    There was a short silence, and the silence was offended.

    "It is Saturday," said Agnes. "Come in, Bramble, and wipe your feet."

    A quarrel, and how it ended

    "You took my place at the window," said Sam.

    "It is not your place," said Nell. "It is a window."

    "I sat here first."

    "You sat there first, and then you stood up, and then it was a chair again."

    "Grandmother, whose place is it?"

    Old Wynn did not look up from her net. "What can you see from there?" she asked.

    "I can see the mill," said Sam.

    "I can see the harbour," said Nell.

    "And what do you see if you both sit there?"

    The twins squeezed onto the chair. There was just room enough, if one of them leaned
    to the left and one of them leaned to the right.

    "The mill and the harbour," they said.

    "So it is a better place for two than for one," said Old Wynn. "Now somebody pass me
    the scissors."
    """#
}
