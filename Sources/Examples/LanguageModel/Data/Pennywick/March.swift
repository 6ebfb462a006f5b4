/// The chronicle of March: the ship that brought the tea, the fox and the crow, and a wise donkey.
extension EmbeddedText {
  /// What happened in March.
  static let march = #"""
    MARCH

    The lighthouse log, kept by Tobias Reed.
    1 March, 06:20. Wind west, force 5. Lamp burned 13 hours.
    3 March, 11:00. Two swallows on the gallery rail. Too early, I told them. They
    stayed.
    6 March, 03:15. A light to the south, red, then white, then gone. Wrote it
    down.
    8 March, 18:30. Spring tide. Water up to the 3rd step of the landing.
    11 March, 07:40. The red light was a fishing boat with a broken lamp. Lent
    them mine.
    16 March, 14:20. The Blue Heron in sight! Flag up. Kettle on.
    16 March, 17:00. She is in harbour. Tea: 4 tins, black, from Captain Sørensen.
    22 March, 06:00. Day and night are equal now. Captain the cat approves of
    neither.
    29 March, 23:45. Oil came by cart: 200 litres. Carried it up. 144 steps, 10
    times.

    The weather in March changed its mind. It rained on 12 days, snowed on 1, and
    on the 20th it did both before breakfast. The wind came from the west on 19
    days and never stayed below force 4. The mean temperature was 7 degrees. On
    the 24th the first washing was hung out in the high street; on the 25th it was
    found in the harbour.

    The ship that brought the tea

    When the Blue Heron came round the long rock, everybody in Pennywick ran to
    the harbour. Bram Holt ran with his apron on. Marta Crumb ran with dough on
    her hands. Mr. Quill did not run, because he had told the children never to
    run near the water; but he walked so fast that he arrived first.

    The ship had a blue hull and a brown sail with 3 patches. On her deck stood
    Captain Anders Sørensen, with his beard and his blue cap, and he counted his
    friends on the quay to see whether any were missing.

    "Forty, forty-one, forty-two," he counted. "Where is Tobias?"

    "He cannot leave his light," said Ivy Penrose, "and besides, he is shy."

    "Then I will go to him," said the captain. He took 4 tins of tea out of his
    cabin and set off along the dam. It was a long walk, and the wind pushed him,
    and the waves threw salt at his boots. When he came to the tower he looked up
    at the 144 steps and sighed. He had not climbed anything but a mast for a
    whole year.

    At step 50 he stopped to breathe. At step 100 he sat down. There, on the
    stair, sat the grey cat, and looked at him.

    "Captain," said the captain.

    "Miaow," said Captain.

    They went up the last 44 steps together. Tobias Reed had lit the stove and put
    out 2 cups. They shook hands, and neither of them said much, for they were men
    who had been alone for a long time and had used up their words on the wind.

    "Did you see my hat?" asked Anders at last.

    "On the 12th of January," said Tobias. "A quarter to six. You lifted it with
    your left hand."

    "So I did!" cried the captain. "So I did. The cook owes me a crown."

    Then they drank tea till the lamp had to be lit, and it was very good tea.

    Tea, as Tobias Reed makes it
    Heat 1 litre of fresh water until it sings. Warm the pot, and pour that water
    away. Put in 4 spoons of tea: 1 for each cup and 1 for the pot. Pour on the
    water just when it boils. Wait 4 minutes, and look at the sea meanwhile. Pour,
    add milk or do not, and never, never boil it twice. It makes 3 cups.

    Prices at the harbour, 17 March
    Herring, fresh, 1 kg: €4.80
    Herring, smoked, 1 piece: €1.20
    Cod, 1 kg: €9.60
    Mussels, a bucket: €5.00
    Rope, 10 metres: €7.50
    Tar, 1 litre: €3.30
    A tale of the sea: one cup of coffee

    From the counting book of Marta Crumb
    Tins of tea brought by the captain: 4. Taken to the tower: 4.
    Steps to the tower: 144. He says so himself, and I have checked.
    Flour bought: 52 sacks. Flour brought by a donkey over a safe bridge: 36. By a
    cart, the long way: 16.
    Pieces of cake on the evening of the council: 40. People: 34. Pieces left
    over: 0.
    Swallows: 2, and they came too early.

    A letter from Hazel Crumb to the harbour master of Bergen

    Pennywick, 19 March

    Dear Sir,

    My name is Hazel. I am 9 years old — nearly 10 — and my mother bakes bread.
    Captain Sørensen says that in Bergen there are houses painted red, yellow and
    white, that it rains there on 240 days of the year, and that the fish market
    is as long as our whole high street. Is this true, or is it a tale?

    If it is true, please draw me one house. I have put a paper into the letter,
    and a roll for your trouble. It was fresh on Monday.

    Yours truly,
    Hazel Crumb

    PS: Finn, the miller's son, says that you have trolls. He wants to know how
    many.

    The fox and the crow

    A crow sat on the roof of the bakery and held a piece of cheese in her beak.
    Russet the fox saw her, and he thought of a very old trick.

    "Good morning, crow," he said. "How black your feathers are! How bright your
    eye! If only I could hear you sing."

    The crow put the cheese under her foot. "My grandmother knew your
    grandfather," she said. "We tell that story to our children before they learn
    to fly."

    The fox was ashamed and scratched his ear. "It was worth trying," he said.

    "It was not," said the crow. "But I will tell you something. This cheese is
    too hard for me. I have pecked at it since sunrise, and it is like a stone.
    You have teeth. If you bite it in two, you shall have the smaller half."

    "And if I run away with both halves?"

    "Then I will sit on a branch above your den every night, and sing," said the
    crow.

    The fox thought about this. He had heard crows sing. So the cheese came down,
    and he bit it in two, and carried the larger half back to the foot of the wall
    with his own mouth, which watered so much that he could hardly see.

    "Thank you," said the crow. "You have kept your word, and it has cost you
    something. Next week there will be bacon."

    Flattery gets the cheese once; honesty gets half of it every week.

    At the school, Tuesday

    "Finn, what is 7 times 8?"
    "Fifty-four, sir."
    "Nearly. Hazel?"
    "Fifty-six, sir."
    "Right. And how did you find it, Hazel?"
    "Our oven has 7 rows, and a row holds 8 rolls, and there are always 56, except
    when Finn has been there."
    "I see. And then?"
    "Then there are fifty-four, sir."

    How to plant potatoes
    Wait until the blackthorn is in flower. Dig a trench as deep as your hand is
    long. Lay the potatoes into it with the eyes up, 30 centimetres apart, and
    leave 60 centimetres to the next row. Cover them with earth. When the green
    comes up, draw more earth over it with the hoe, and do it again after 3 weeks.
    From 1 potato you will get 10. From 10 potatoes you will get a sore back.

    A question from the smallest
    "Mr. Quill, how does the sea know that it must come back?"
    "The moon calls it."
    "I have never heard the moon."
    "It calls very softly. One needs to be as large as the sea to hear it."
    "My grandfather is quite large," said the smallest, "and he goes out every
    evening, and says that nobody called him."
    "There you are," said Mr. Quill.

    Riddles of Old Nell
    What goes up the hill and down the hill, and never moves a foot? The road.
    I have cities but no houses, woods but no trees, and rivers but no water. What
    am I? A map.
    What can you hold without touching it? Your breath.
    What is full of holes, and yet holds water? A sponge.

    The donkey who would not cross

    Every Friday Pepper the donkey carried 4 sacks of flour from the mill to the
    bakery. The way led over the stone bridge. For nine years Pepper had crossed
    the bridge every Friday; and on the tenth of March he stopped in front of it,
    and would not go.

    "Come, Pepper," said Oswin Barley, and pulled.

    Pepper looked at him kindly, and stood like a church.

    The miller pushed. The miller begged. The miller held a carrot before him, and
    Pepper ate the carrot. The miller sang, which was worse than pushing. People
    came out of their houses. "A stubborn beast!" they said. "An old beast," said
    others. "Beat him!" cried a man who was only passing through.

    "I never did, and I never will," said Oswin Barley. "If Pepper says no, then
    there is a no somewhere." He laid himself on his belly at the edge of the
    bridge and looked under it.

    The great stone in the middle of the arch was hanging by the width of a thumb.
    The frost of January had opened the joint, and the flood of February had
    washed it out. A child could have crossed, or a cat. A donkey with 4 sacks of
    flour would have gone straight down into the Tam, and the miller with him.

    It took Bram Holt and six men 3 days to mend it. On the next Friday Pepper
    came to the bridge, put one hoof on it, listened, and walked across as if
    nothing had happened.

    Since then there is a saying in Pennywick: ask the donkey.

    Things that Mr. Quill wrote on the board in March
    Around the 20th of March the day is as long as the night.
    The moon pulls the sea, and that is the tide. It comes about 50 minutes later
    each day.
    Potatoes came from over the ocean, and so did tomatoes and beans.
    A stone bridge stands because each stone leans on the next. So does a village.
    There are 1,000 grams in a kilogram and 100 centimetres in a metre.

    A rhyme for counting herrings
    One for the captain and two for the crew,
    Three for the keeper and four for the stew,
    Five for the smokehouse and six for the cat,
    Seven for Ivy to carry in her hat,
    Eight for the ferryman, nine for the fair,
    Ten for the sea, and we put them back there.

    The council met on 31 March at 19:00. Present: everybody, because there was
    cake. The bridge was mended for €340.00, and the council thanked Bram Holt,
    and, at the wish of the miller, it thanked the donkey as well. Mr. Quill said
    that he had thought about the boat, and that green and blue mixed together
    would make a very pretty sea colour. This was accepted: 5 for, 0 against. The
    cake was closed at 20:10.
    """#
}
