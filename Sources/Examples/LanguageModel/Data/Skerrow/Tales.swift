/// Short tales of Skerrow, a village by the sea: the first half.
extension EmbeddedText {
  /// The first tales.
  static let tales = #"""
    TALES FROM SKERROW

    Skerrow is a village at the mouth of a small river. It has one street, two wells, a
    mill on the hill, a ferry, and a lighthouse on a rock. If you stand at the end of the
    pier on a clear evening you can see the light of Pennywick, far to the north, and it
    looks like a spark that somebody forgot to put out.

    Tobias is the miller. He is tall and white with flour, and he speaks slowly. Agnes is
    the baker. She is small and red in the face, and she speaks quickly. Mr. Pell keeps
    the lighthouse with a black cat named Pickle. Corin is the ferryman, and his boat is
    called the Patience. Miss Orla teaches the school. Mr. Brandt is the clockmaker. Mrs.
    Lüders keeps the inn, which is called the Three Herrings. René grows vegetables, and
    Tamsin catches fish. Old Wynn mends nets, and her grandchildren are the twins, Nell
    and Sam, who are nine years old and always hungry.

    There are also a horse named Dumpling, a grey goose named Matilda, and a fox. The fox
    is called Bramble, because that is where he lives.

    The goose who wanted to be a clock

    Mr. Brandt had eleven clocks in his shop, and no two of them agreed. When the tall
    clock struck four, the round clock struck three, and the little clock with the painted
    roses struck whatever it liked.

    The grey goose came by each morning and looked in at the window. She liked the
    ticking. One day she walked in at the door, sat down between two clocks on the lowest
    shelf, and began to swing her head from side to side.

    "What are you doing, Matilda?" asked Mr. Brandt.

    The goose did not answer. She was busy. She swung her head to the left, and she swung
    her head to the right, and when the hour came she opened her beak and honked. She
    honked nine times. Mr. Brandt took out his pocket watch. It was nine o'clock exactly.

    "That is very good," said the clockmaker. "You may stay."

    So the goose stayed. She honked ten times at ten and eleven times at eleven. At noon
    she honked twelve times, and people came out into the street to set their watches.
    Agnes took her loaves out of the oven. Miss Orla let the children go home. For the
    first time in many years, all of Skerrow ate its soup at the same moment.

    But a clock must also go at night. When it was dark the goose grew tired. She honked
    at nine, and a little late at ten, and at eleven she put her head under her wing.

    "She has stopped," said Nell in the morning.

    "Shall we wind her up?" asked Sam.

    Mr. Brandt thought about it. Then he fetched a bowl of oats and put it on the shelf.
    The goose took out her head, ate all of the oats, and honked seven times.

    "She does not need a key," said the clockmaker. "She needs breakfast. I wish that all
    my clocks were made like that."

    From then on the goose told the hours of the day, and the owl in the church tower,
    who had been waiting to be asked, told the hours of the night.

    The fox and the warm loaf

    Every morning before sunrise Agnes put a tray of loaves on the window sill to cool.
    Every morning there were twelve of them, and every morning, when she came back, there
    were eleven.

    "It is a thief," said Agnes, "and he is quick."

    She asked Tobias to watch. He sat down behind the rain barrel with a lantern, and he
    watched so slowly that he fell asleep. When he woke up there were eleven loaves.

    She asked Corin to watch. He watched with his hat over his eyes, because of the wind.
    There were eleven loaves.

    Then the twins said that they would do it. They did not hide. They sat down on the
    step, right under the window, and Nell put a small cheese beside her.

    "What is that for?" asked Sam.

    "For company," said Nell.

    Soon it began to grow light. Something red came over the wall, and something red came
    across the yard, and there was Bramble the fox. He saw the twins, and he stopped. He
    saw the cheese, and he came one step nearer.

    "Good morning," said Nell. "A loaf is dry without cheese. Cheese is heavy without a
    loaf. Have you ever had both at once?"

    The fox never had. He thought of it, and his nose began to move.

    "Then here is what we offer," said Sam. "On Saturdays you come to the door like anyone
    else. You will get the loaf that came out crooked, and a piece of cheese. On the other
    days you do not come to the window."

    The fox sat down and looked at the sky for a while. He was a proud animal, and he
    would not say yes. But he did not take a loaf that day, and he did not take one the
    next day; and on Saturday, when Agnes opened the door, he was sitting on the mat, and
    he had wiped his feet.

    How the miller lost the wind

    The mill of Skerrow stands on the hill, and it has four sails. One week in June there
    was no wind at all. The sails hung down. The smoke went straight up. The sea was as
    flat as a plate, and Tamsin could see the fish look up at her.

    "I have lost the wind," said Tobias. "Where did I have it last?"

    He looked in the barn, and there was only hay. He looked down the well, and there was
    only a bucket. He walked along the beach and lifted up the stones, and beneath every
    stone there was a crab, and each crab was annoyed.

    At the end of the beach he met Old Wynn. She sat on an upturned boat and mended a net.

    "Have you seen the wind?" asked Tobias.

    "Not today," said Old Wynn. "What will you do when you find it?"

    "I shall ask it to turn my mill."

    "And will you thank it?"

    The miller stood still. He had ground flour for thirty years, and he had thanked the
    farmer for the corn and the horse for the carting, but it had never come into his mind
    to thank the wind.

    "Nobody likes to work for thirty years without a word," said Old Wynn, and she pulled
    a knot tight with her teeth.

    Tobias climbed back up the hill. He felt a little foolish, but there was nobody near
    except the horse. He took off his cap. "Thank you," he said to the air. "Thank you for
    the spring, when you were cold, and for the autumn, when you were strong, and for the
    night when you turned the mill without me and I found nine sacks full in the morning."

    Nothing happened. Dumpling shook his ears. Then the grass bent down, first on the far
    side of the valley and next on the near side, and the sails of the mill gave a creak.

    "You are welcome," said the creak, or else it only creaked. The miller never knew. But
    he has taken his cap off to the wind each morning since, and it has blown away only
    twice.

    The ferryman who carried a piano

    Corin rows the Patience from one bank of the river to the other. He takes two coins
    for a person, one coin for a child, and three for a sheep, since a sheep will not sit
    still.

    One afternoon a man stood on the far bank with a piano.

    "I would like to cross," said the man.

    "You may," said Corin. "But the piano is heavy, and the boat is small."

    "It is not so heavy," said the man. "It is mostly music."

    The ferryman had never heard that before. He thought it over. Then he fetched Tobias
    and the horse, and Tobias and the horse fetched ropes and planks, and the six
    strongest people of Skerrow lifted the piano into the boat. The boat sank down until
    the water was one finger below the edge.

    "Nobody sneeze," said Corin.

    He rowed as gently as he could. In the middle of the river a small wave came. It
    rolled up to the edge of the boat and looked in.

    "Play something," said the ferryman quietly.

    The man opened the lid and began to play. It was a slow tune, like a cradle. And the
    wave, so they say in Skerrow, lay down again. All of the waves lay down. The river was
    as smooth as milk from one bank to the other, and the Patience slid over it without a
    sound.

    "What do I owe you?" asked the man when they had lifted the piano out.

    Corin looked at his list of prices. There was nothing there about pianos. "How many
    songs are in it?" he asked.

    "Nobody has ever come to the end."

    "Then stay for supper," said the ferryman, "and we shall see how far we get."

    They got as far as midnight. Mrs. Lüders has kept the piano at the inn ever since, for
    the man comes back each spring, and he says that it is easier to carry himself.

    The lamp and the moth

    Mr. Pell lit his lamp at dusk and put it out at dawn. In between he read, drank tea,
    and talked to his cat. One night in August a moth came in. It was a very small moth,
    brown with one white spot, and it flew straight to the great lamp and struck the
    glass.

    "Tick," said the glass.

    "Do not do that," said Mr. Pell.

    The moth flew round once and struck the glass again. Pickle the cat opened one eye.

    "It will burn its wings," said Mr. Pell. He put down his book. He caught the moth in
    his hat, carried it down one hundred and twelve steps, and let it go at the foot of
    the tower. Then he climbed up one hundred and twelve steps again. The moth was sitting
    on his book.

    He carried it down three times, and it was back three times, for a moth can fly up and
    a keeper must walk. At last he sat down and was quite out of breath.

    "Why do you want the lamp?" he asked. "You are not a ship."

    The moth sat still. It had big dark eyes, and in each of them there was a tiny light.
    Then Mr. Pell understood. He went to the cupboard, and he found the stub of a candle
    and a jam jar. He lit the candle, set the jar over it, and placed it on the sill, far
    away from the great lamp.

    "There," he said. "That one is your size."

    The moth flew to the jar. It walked around it once and sat down on the warm lid, and
    it folded up its wings like a letter. Mr. Pell read on until morning. Out at sea a
    fishing boat came home late, and Tamsin, who stood at the tiller, rubbed her eyes.

    "That is odd," she said. "Tonight there are two lights: a large one, and a very, very
    small one."

    But she came home safely by both.
    """#
}
